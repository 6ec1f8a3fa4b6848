/** What a reader lacks of a policy: keys that nobody gave them, or gave them only for an older epoch. */
import { explain, formatAttribute, parseAttribute } from '#lib/crypto/abe/index.ts';
import type { Address } from '#lib/chain/index.ts';
import type { Deps } from './deps.ts';
import { teamsOf } from './directory.ts';
import { hospitalEntry } from './ledger.ts';
import { hospitalName } from './people.ts';
import { attributesOf, consentCategory, isPatientAttribute, type Attribute } from './policy.ts';
import { keysFor } from './reader-keys.ts';
import type { Lack, Missing } from './record-types.ts';
import { memberRoles } from './types.ts';

/**
 * The keys that `me` lacks of a policy, all of which are needed; null where none is lacking, or where one of several would do, which no
 * choice of ours asks for. Throws as `keysFor`.
 */
export async function whatIsLacking(deps: Deps, policy: string, me: Address): Promise<Lack[] | null> {
	const held = [...(await keysFor(deps, policy, me)).keys()];
	const rest = explain(policy, held);
	if (rest === null) return null;
	const lacking = attributesOf(rest);
	if (rest !== lacking.map(formatAttribute).join(' and ')) return null;
	const had = held.map(parseAttribute);
	return Promise.all(
		lacking.map(async (attribute) => {
			const older = had.some(({ name, authority }) => name === attribute.name && authority === attribute.authority);
			return { ...(await inWords(deps, attribute)), older };
		}),
	);
}

async function inWords(deps: Deps, attribute: Attribute): Promise<Missing> {
	const { name, authority } = attribute;
	if (isPatientAttribute(name)) {
		const category = consentCategory(name);
		return category ? { what: 'permission', category } : { what: 'nobody' };
	}
	const hospital = (await hospitalName(deps, authority)) ?? authority;
	const role = memberRoles.find((known) => known === name);
	if (role) return { what: 'role', role, hospital };
	if (!name.startsWith('team.')) return { what: 'member', hospital };
	const slug = name.slice('team.'.length);
	const entry = await hospitalEntry(deps, authority);
	const teams = entry ? await teamsOf(deps, entry).catch(() => []) : [];
	return { what: 'team', team: teams.find((team) => team.slug === slug)?.name ?? slug, hospital };
}
