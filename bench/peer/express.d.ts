/** As much of Express 5 as the peer needs: the package brings no types. */
declare module 'express' {
  import type { RequestListener } from 'node:http';

  export interface Request {
    readonly query: object;
    header(name: string): string | undefined;
  }
  export class Router {}
  interface Application extends RequestListener {
    use(path: string, router: Router): void;
    use(handler: (request: Request, response: unknown, next: () => void) => void): void;
  }
  export default function express(): Application;
}
