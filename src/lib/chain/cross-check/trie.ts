/**
 * Merkle-Patricia tries as nodes of Ethereum keep them (Yellow Paper, appendix D): reading one value along a proof, and the root of a
 * whole list. Both rest on RLP (appendix B) and keccak-256 alone.
 *
 * A proof shows what a key holds, or that it holds nothing, under a root that is known from elsewhere. It says nothing about the root.
 */
import { concatHex, fromRlp, keccak256, toHex, toRlp } from 'viem';
import type { Hash } from '../types.ts';

type Hex = `0x${string}`;
/** What RLP encodes: a byte string, or a list of such things. */
export type Node = Hex | readonly Node[];

/** Root of a trie without entries: keccak-256 of the RLP of the empty string. */
export const emptyRoot: Hash = keccak256('0x80');

/** The value under `key`, `0x` where the proof shows that there is none; null when the proof does not hold. */
export function readProof(root: Hash, key: Hex, proof: readonly Hex[]): Hex | null {
	if (root === emptyRoot && proof.length === 0) return '0x';
	try {
		return follow(root, nibblesOf(key), proof);
	} catch {
		return null; // not RLP, or not a node
	}
}

function follow(root: Hash, path: string, proof: readonly Hex[]): Hex | null {
	let expected: Node = root;
	let rest = path;
	let used = 0;
	for (;;) {
		let node: Node = expected;
		// A node of 32 bytes or more is named by its hash, a smaller one lies inside its parent.
		if (typeof node === 'string') {
			const encoded = proof[used++];
			if (!encoded || keccak256(encoded) !== node) return null;
			node = fromRlp(encoded, 'hex');
		}
		if (typeof node === 'string') return null;
		const step: Step = node.length === 17 ? intoBranch(node, rest) : node.length === 2 ? intoPath(node, rest) : null;
		if (!step) return null;
		if ('value' in step) return used === proof.length ? step.value : null;
		({ node: expected, rest } = step);
	}
}

type Step = { value: Hex } | { node: Node; rest: string } | null;

function intoBranch(node: readonly Node[], path: string): Step {
	if (path === '') return valueIn(node[16]);
	const child = node[parseInt(path.charAt(0), 16)];
	if (child === '0x') return { value: '0x' };
	return child === undefined ? null : { node: child, rest: path.slice(1) };
}

/** A leaf or an extension: its first item has the nibbles, and in front of them what it is (hex-prefix encoding, appendix C). */
function intoPath([prefix, next]: readonly Node[], path: string): Step {
	if (typeof prefix !== 'string' || next === undefined) return null;
	const flag = parseInt(prefix.charAt(2), 16);
	const nibbles = prefix.slice(flag % 2 === 1 ? 3 : 4);
	const isLeaf = flag >= 2;
	if (isLeaf) return path === nibbles ? valueIn(next) : { value: '0x' };
	return path.startsWith(nibbles) ? { node: next, rest: path.slice(nibbles.length) } : { value: '0x' };
}

function valueIn(node: Node | undefined): Step {
	return typeof node === 'string' ? { value: node } : null;
}

/** The root over a list, where each value's key is the RLP of its index, as in a block's receipts. */
export function rootOfList(values: readonly Hex[]): Hash {
	return rootOf(values.map((value, index) => [toRlp(index === 0 ? '0x' : toHex(index)), value]));
}

/** The root over entries, each key once. */
export function rootOf(entries: readonly (readonly [key: Hex, value: Hex])[]): Hash {
	if (entries.length === 0) return emptyRoot;
	return keccak256(toRlp(nodeOf(entries.map(([key, value]) => [nibblesOf(key), value]))));
}

type Entries = (readonly [path: string, value: Hex])[];

/** The node over entries, at least one (appendix D, the function c). */
function nodeOf(entries: Entries): Node {
	const [[first, value] = ['', '0x' as const]] = entries;
	if (entries.length === 1) return [prefixed(first, true), value];
	let shared = 0;
	while (entries.every(([path]) => shared < path.length && path[shared] === first[shared])) shared++;
	if (shared > 0) {
		return [prefixed(first.slice(0, shared), false), nameOf(entries.map(([path, each]) => [path.slice(shared), each]))];
	}
	const children = Array.from({ length: 16 }, (_, nibble) => {
		const below = entries.filter(([path]) => path !== '' && parseInt(path.charAt(0), 16) === nibble);
		return below.length === 0 ? ('0x' as const) : nameOf(below.map(([path, each]) => [path.slice(1), each]));
	});
	return [...children, entries.find(([path]) => path === '')?.[1] ?? '0x'];
}

/** How a parent names a node: by itself where it is short, else by its hash (appendix D, the function n). */
function nameOf(entries: Entries): Node {
	const node = nodeOf(entries);
	const encoded = toRlp(node);
	return encoded.length < 2 + 2 * 32 ? node : keccak256(encoded);
}

function prefixed(nibbles: string, isLeaf: boolean): Hex {
	const odd = nibbles.length % 2 === 1;
	return `0x${((isLeaf ? 2 : 0) + (odd ? 1 : 0)).toString(16)}${odd ? '' : '0'}${nibbles}`;
}

function nibblesOf(key: Hex): string {
	return key.slice(2).toLowerCase();
}

/** A number as RLP has it: most significant byte first, without leading zeros; 0 is empty. */
export function rlpNumber(value: Hex | bigint | number): Hex {
	const number = BigInt(value);
	if (number === 0n) return '0x';
	const hex = number.toString(16);
	return `0x${hex.length % 2 === 1 ? '0' : ''}${hex}`;
}

/** A typed object (EIP-2718): its type, then its RLP. Type 0 has none in front. */
export function typedRlp(type: Hex, items: Node): Hex {
	const encoded = toRlp(items);
	return BigInt(type) === 0n ? encoded : concatHex([toHex(BigInt(type), { size: 1 }), encoded]);
}
