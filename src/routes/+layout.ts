/** Every page is a real file on any static host; the (app) pages switch `ssr` off. */
export const prerender = true;
export const trailingSlash = 'ignore';
