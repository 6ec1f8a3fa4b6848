/** How often a property is tried: more in the long run (`npm run test:long`), where `SLOW` is set. Browsers have no environment. */
export function runs(usually: number, slow: number): { numRuns: number } {
	const isSlow = 'process' in globalThis && Boolean(globalThis.process.env['SLOW']);
	return { numRuns: isSlow ? slow : usually };
}
