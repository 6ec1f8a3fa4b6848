/** The long run (`npm run test:long`), where `SLOW` is set. Browsers have no environment. */
export const isSlow = 'process' in globalThis && Boolean(globalThis.process.env['SLOW']);

/** How often a property is tried: more in the long run. */
export function runs(usually: number, slow: number): { numRuns: number } {
	return { numRuns: isSlow ? slow : usually };
}
