/** Pages of a signed-in person: real files on any host, drawn in the browser only. */
export const ssr = false;
