/** Which view the address asks for. */
import { showCoursePage } from './course-page.js';
import { showCourseList } from './courses.js';
import { showUserList } from './users.js';

const main = document.getElementById('main');
const [, course] = /^\/courses\/(\d+)$/.exec(location.pathname) ?? [];
const tab = location.pathname === '/users' ? '/users' : '/';
document.querySelector(`.tab[href="${tab}"]`).setAttribute('aria-current', 'page');

if (course !== undefined) showCoursePage(main, course);
else if (tab === '/users') showUserList(main);
else showCourseList(main);
