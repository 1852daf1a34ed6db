/** The page of people of a directory, with our elements; whose directory it is stands in the address. */
import './elements/index.ts';
import { openApp } from './app.tsx';
import { Me } from './pages/me/page.tsx';

void openApp(<Me />, null);
