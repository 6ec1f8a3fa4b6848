/**
 * mcl-wasm (BSD-3, no audit known to us): loading it, and its memory.
 *
 * Its C functions are called directly, not through its classes, which copy each operand to the library's stack and back and
 * have no hashing with a tag of one's own. All work on pointers. Elements live outside as copies of their bytes in the library's
 * own (Montgomery) form, so that nothing there has to be freed; each operation copies its operands to fixed places.
 * WebAssembly needs 'wasm-unsafe-eval' in the page's content policy.
 */
import { scalarBytes, scalarToBytes } from '../scalar.ts';

type Arity = (...pointersOrNumbers: readonly number[]) => number;
type PointFunction =
	| 'add'
	| 'clear'
	| 'dbl'
	| 'deserialize'
	| 'isEqual'
	| 'isZero'
	| 'mul'
	| 'mulVec'
	| 'neg'
	| 'normalize'
	| 'normalizeVec'
	| 'serialize';
type Name =
	| `mclBnG${1 | 2}_${PointFunction}`
	| `mclBnGT_${'inv' | 'invGeneric' | 'isEqual' | 'isOne' | 'mul' | 'pow' | 'powVec' | 'setInt32' | 'sqr'}`
	| `mclBnFp_${'add' | 'deserialize' | 'inv' | 'isZero' | 'mul' | 'neg' | 'serialize' | 'setInt32' | 'sqr' | 'sub'}`
	| `mclBnFp2_${'add' | 'inv' | 'isZero' | 'mul' | 'sqr' | 'sub'}`
	| `mclBn_${'init' | 'setETHserialization' | 'setMapToMode' | 'verifyOrderG1' | 'verifyOrderG2' | 'millerLoopVec' | 'finalExp'}`
	| 'mclBnG1_hashAndMapToWithDst'
	| 'mclBnFr_setBigEndianMod';

/** The module as `mcl_c.js` makes it: every C function with an underscore before its name. */
type Module = Record<`_${Name}`, Arity> & {
	readonly wasmMemory: WebAssembly.Memory;
	_malloc(bytes: number): number;
	_free(pointer: number): void;
};

export const fpSize = 48;
export const g1Size = 3 * fpSize;
export const g2Size = 6 * fpSize;
export const gtSize = 12 * fpSize;
export const frSize = 32;

const bls12381 = 5;
/** 4 words of a scalar and 6 of a coordinate, as the library was compiled with. */
const compiledWith = 46;
const irtf = 5;

/** The library and what it is handed operands in. */
export interface Mcl {
	readonly call: Module;
	/** Four places for group elements, 576 bytes each. */
	readonly places: readonly [number, number, number, number];
	readonly put: (pointer: number, bytes: Uint8Array) => number;
	readonly take: (pointer: number, size: number) => Uint8Array<ArrayBuffer>;
	/** Runs with so many bytes of the library's memory, which are given back. */
	readonly borrow: <T>(bytes: number, work: (pointer: number) => T) => T;
	/** Writes a scalar below r, in the library's form. */
	readonly putScalar: (pointer: number, scalar: bigint) => number;
}

let loading: Promise<Mcl> | undefined;

/** The library, loaded when first asked for. Rejects where WebAssembly does not run. */
export function loadMcl(): Promise<Mcl> {
	return (loading ??= load());
}

async function load(): Promise<Mcl> {
	const { default: createModule } = await import('mcl-wasm/dist/mcl_c.js');
	const call = (await createModule({
		cryptoGetRandomValues: () => {
			throw new Error('Nothing here takes randomness from the library.');
		},
	})) as Module;
	if (call._mclBn_init(bls12381, compiledWith) !== 0) throw new Error('mcl does not start.');
	call._mclBn_setETHserialization(1);
	call._mclBn_setMapToMode(irtf);
	call._mclBn_verifyOrderG1(1);
	call._mclBn_verifyOrderG2(1);

	let heap = new Uint8Array(call.wasmMemory.buffer);
	// Growing the memory leaves a view of the old one, with length 0.
	const bytes = () => (heap.length === 0 ? (heap = new Uint8Array(call.wasmMemory.buffer)) : heap);
	const place = () => call._malloc(gtSize);
	const scalar = call._malloc(scalarBytes);
	const put = (pointer: number, from: Uint8Array) => {
		bytes().set(from, pointer);
		return pointer;
	};
	return {
		call,
		places: [place(), place(), place(), place()],
		put,
		take: (pointer, size) => bytes().slice(pointer, pointer + size),
		borrow(size, work) {
			const pointer = call._malloc(size);
			if (pointer === 0) throw new RangeError('mcl has no memory left.');
			try {
				return work(pointer);
			} finally {
				call._free(pointer);
			}
		},
		putScalar(pointer, value) {
			call._mclBnFr_setBigEndianMod(pointer, put(scalar, scalarToBytes(value)), scalarBytes);
			return pointer;
		},
	};
}
