/** The audit tree's hashes over 32 MiB of a piece: by WebAssembly with SIMD, and by WebCrypto alone. */
import type { Part } from './part.ts';

const mebibytes = 32;

/** Megabytes a second of input. */
export interface TreeSpeed {
	simd: number;
	webCrypto: number;
	/** One SHA-256 of a megabyte at a time by WebCrypto: what bytes cost where calls do not. */
	plain: number;
}

export const treePart: Part = {
	name: 'tree',
	async measure(bench) {
		const speed = await bench.inPage<TreeSpeed>('tree', 'measureTree', mebibytes);
		const round = (mbps: number) => `${Math.round(mbps)} MB/s`;
		return {
			figures: { tree: { mbps: speed.simd, webCryptoMbps: speed.webCrypto } },
			rows: [
				{ what: 'audit tree, WebAssembly with SIMD', measured: round(speed.simd), target: '' },
				{ what: 'audit tree, WebCrypto a call for each hash', measured: round(speed.webCrypto), target: '' },
				{ what: 'SHA-256 by WebCrypto, 1 MiB a call', measured: round(speed.plain), target: '' },
			],
		};
	},
};
