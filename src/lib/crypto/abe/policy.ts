/**
 * Policies: who can open, as a formula over attributes.
 *
 *   policy = all { 'or' all }      all = item { 'and' item }      item = attribute | '(' policy ')' | k 'of' '(' policy { ',' policy } ')'
 *
 * A policy is kept as a tree of threshold gates: `or` is 1 of n, `and` is n of n. Gates inside a gate of the same kind are
 * merged, so that each policy has one canonical text: what is signed, bound and compared. Order is kept.
 */
import { AppError, type ErrorCode } from '#lib/errors.ts';
import { formatAttribute, parseAttribute, tryParseAttribute, type Address } from './attribute.ts';

export type Policy = Leaf | Gate;
export interface Leaf {
	readonly attribute: string;
}
/** Satisfied when `k` of the policies in `of` are. */
export interface Gate {
	readonly k: number;
	readonly of: readonly Policy[];
}

export const maxRows = 256;
/** Both limits are far above what a person would write, and keep parsing of hostile text cheap. */
export const maxPolicyCharacters = 60_000;
const maxDepth = 32;

interface Token {
	readonly text: string;
	readonly position: number;
}

/**
 * Reads a policy. Throws `crypto.invalid-policy`, `crypto.empty-policy`, `crypto.large-policy` or `crypto.invalid-attribute`, all with
 * `details.position`, the character (from 0) where reading failed.
 */
export function parsePolicy(text: string): Policy {
	if (text.length > maxPolicyCharacters) throw large('The policy is too long', maxPolicyCharacters);
	if (text.trim() === '') throw refused('crypto.empty-policy', 'The policy is empty', text.length);
	// Token by token: a list of all of them would take more memory than hostile text is worth.
	const tokens = text.matchAll(/[(),]|[^\s(),]+/g);
	const end: Token = { text: '', position: text.length };
	const read = (): Token => {
		const { value } = tokens.next();
		return value ? { text: value[0], position: value.index } : end;
	};
	let next = read();

	const peek = () => next;
	const take = () => {
		const token = next;
		next = read();
		return token;
	};
	const isWord = (word: string) => peek().text.toLowerCase() === word;
	const expect = (sign: string) => {
		const token = take();
		if (token.text !== sign) throw invalid(`Expected "${sign}"`, token.position);
	};

	const separated = (separator: string, readPart: () => Policy) => {
		const parts = [readPart()];
		while (isWord(separator)) {
			take();
			parts.push(readPart());
		}
		return parts;
	};

	function any(depth: number): Policy {
		if (depth > maxDepth) throw large('Too many parentheses', peek().position);
		const parts = separated('or', () => all(depth));
		return gate(1, parts);
	}
	function all(depth: number): Policy {
		const parts = separated('and', () => item(depth));
		return gate(parts.length, parts);
	}
	function item(depth: number): Policy {
		const token = take();
		if (token.text === '(') {
			const inner = any(depth + 1);
			expect(')');
			return inner;
		}
		if (/^[0-9]+$/.test(token.text) && isWord('of')) return threshold(token, depth);
		const attribute = tryParseAttribute(token.text);
		if (!attribute) throw noAttribute(token);
		return { attribute: formatAttribute(attribute) };
	}
	function threshold(count: Token, depth: number): Policy {
		take(); // "of"
		expect('(');
		const parts = separated(',', () => any(depth + 1));
		expect(')');
		const k = Number(count.text);
		if (k < 1 || k > parts.length)
			throw invalid(`Of ${parts.length} cannot be asked for ${count.text}`, count.position);
		return gate(k, parts);
	}

	const policy = any(0);
	if (peek() !== end) throw invalid('Expected "and" or "or"', peek().position);
	if (leaves(policy).length > maxRows) throw large(`More than ${maxRows} attributes`, text.length);
	return policy;
}

/** The canonical text: equal for policies that differ only in spaces, case of addresses or needless parentheses. */
export function formatPolicy(policy: Policy): string {
	if ('attribute' in policy) return policy.attribute;
	const { k, of } = policy;
	if (k > 1 && k < of.length) return `${k} of (${of.map(formatPolicy).join(', ')})`;
	const nested = of.map((part) => (isAndOr(part) ? `(${formatPolicy(part)})` : formatPolicy(part)));
	return nested.join(k === 1 ? ' or ' : ' and ');
}

/** The attributes of a policy from left to right, with repetitions: one row of a capsule each. */
export function leaves(policy: Policy): string[] {
	return 'attribute' in policy ? [policy.attribute] : policy.of.flatMap(leaves);
}

/** The authorities of a policy in order of first appearance. */
export function authoritiesOf(policy: Policy): Address[] {
	return [...new Set(leaves(policy).map((attribute) => parseAttribute(attribute).authority))];
}

/** Joins policies under a gate; one alone is itself, and gates of the same kind (all `and`, all `or`) merge. */
export function gate(k: number, parts: readonly Policy[]): Policy {
	const [first] = parts;
	if (parts.length === 1 && first) return first;
	const isOr = k === 1;
	const isAnd = k === parts.length;
	const of = parts.flatMap((part) => {
		if ('attribute' in part) return [part];
		return (isOr && part.k === 1) || (isAnd && part.k === part.of.length) ? part.of : [part];
	});
	return { k: isAnd ? of.length : k, of };
}

function isAndOr(policy: Policy): boolean {
	return !('attribute' in policy) && (policy.k === 1 || policy.k === policy.of.length);
}

function invalid(problem: string, position: number): AppError {
	return refused('crypto.invalid-policy', problem, position);
}

function large(problem: string, position: number): AppError {
	return refused('crypto.large-policy', problem, position);
}

/** A word that is no attribute, or something else in an attribute's place. */
function noAttribute({ text, position }: Token): AppError {
	const isWord = text !== '' && !/^([(),]|[0-9]+|and|or|of)$/i.test(text);
	return refused(isWord ? 'crypto.invalid-attribute' : 'crypto.invalid-policy', 'Expected an attribute', position);
}

function refused(code: ErrorCode, problem: string, position: number): AppError {
	return new AppError(code, `${problem}, at character ${position}.`, { details: { position } });
}
