/** Questions about policies that need no key. All throw `crypto.invalid-policy` (details.position) for a malformed policy. */
import { formatAttribute, tryParseAttribute } from './attribute.ts';
import { formatPolicy, leaves, parsePolicy } from './policy.ts';
import { coefficients } from './sharing.ts';

/** Whether keys for these attributes, all of one user, open what is sealed under the policy. */
export function satisfies(policy: string, attributes: Iterable<string>): boolean {
	const has = new Set<string>();
	for (const text of attributes) {
		const attribute = tryParseAttribute(text);
		if (attribute) has.add(formatAttribute(attribute));
	}
	return coefficients(parsePolicy(policy), (attribute) => has.has(attribute)) !== null;
}

/** The one text form of a policy; compare policies by it. */
export function canonicalPolicy(policy: string): string {
	return formatPolicy(parsePolicy(policy));
}

/** The attributes of a policy, each once, in order of first appearance. */
export function policyAttributes(policy: string): string[] {
	return [...new Set(leaves(parsePolicy(policy)))];
}
