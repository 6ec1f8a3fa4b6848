/** Questions about policies that need no key. All throw as `parsePolicy` for a malformed policy. */
import { formatAttribute, parseAttribute, tryParseAttribute, type Address } from './attribute.ts';
import { authoritiesOf, formatPolicy, gate, leaves, parsePolicy, type Policy } from './policy.ts';
import { coefficients } from './sharing.ts';

/** Whether keys for these attributes, all of one user, open what is sealed under the policy. */
export function satisfies(policy: string, attributes: Iterable<string>): boolean {
	return isMet(parsePolicy(policy), attributes);
}

/**
 * What keys for these attributes still lack: a policy, in canonical text, that the keys to come must meet; null when none is
 * lacking. Of `a and 2 of (b, c, d)` with `a` and `c` it is `b or d`.
 */
export function explain(policy: string, attributes: Iterable<string>): string | null {
	const held = canonicalAttributes(attributes);
	const rest = remaining(parsePolicy(policy), held);
	return rest && formatPolicy(rest);
}

function remaining(policy: Policy, held: ReadonlySet<string>): Policy | null {
	if ('attribute' in policy) return held.has(policy.attribute) ? null : policy;
	const open = policy.of.map((part) => remaining(part, held)).filter((part) => part !== null);
	const lacking = policy.k - (policy.of.length - open.length);
	return lacking > 0 ? gate(lacking, open) : null;
}

/**
 * The authorities that could open alone, with keys that they issue to themselves: one that is broken into gives all away. For
 * the warning of whoever writes a policy.
 */
export function openedByOne(policy: string): Address[] {
	const tree = parsePolicy(policy);
	return authoritiesOf(tree).filter(
		(authority) => coefficients(tree, (attribute) => parseAttribute(attribute).authority === authority) !== null,
	);
}

/** Of people and their attributes, who can open. Nobody is a warning too. */
export function whoSatisfies(policy: string, people: ReadonlyMap<string, Iterable<string>>): string[] {
	const tree = parsePolicy(policy);
	return [...people].filter(([, attributes]) => isMet(tree, attributes)).map(([gid]) => gid);
}

/** The attributes of a policy, each once, in order of first appearance. */
export function policyAttributes(policy: string): string[] {
	return [...new Set(leaves(parsePolicy(policy)))];
}

function isMet(policy: Policy, attributes: Iterable<string>): boolean {
	const held = canonicalAttributes(attributes);
	return coefficients(policy, (attribute) => held.has(attribute)) !== null;
}

function canonicalAttributes(attributes: Iterable<string>): Set<string> {
	const held = new Set<string>();
	for (const text of attributes) {
		const attribute = tryParseAttribute(text);
		if (attribute) held.add(formatAttribute(attribute));
	}
	return held;
}
