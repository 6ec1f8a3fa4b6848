/** What a permission adds to the rule of the action that it permits. */
import type { Address } from '#lib/chain/index.ts';
import { countPermission, nonceOf, Refusal, remember, type RegistryName, type Rule } from '../model.ts';

export interface Permitted {
	registry: RegistryName;
	signer: Address;
	nonce: number;
	deadline: number;
	/** Whether what is executed is what the signer signed. */
	intact: boolean;
}

/** The rule by which anybody executes what the signer permitted. */
export function permitted({ registry, signer, nonce, deadline, intact }: Permitted, rule: Rule): Rule {
	return (world, _by, at) => {
		if (at.now > deadline) throw new Refusal('PermissionExpired', { deadline });
		const current = nonceOf(world, registry, signer);
		if (nonce !== current) throw new Refusal('WrongNonce', { signer, given: nonce, current });
		if (!intact) throw new Refusal('InvalidSignature', { signer });
		const effect = rule(world, signer, at);
		return () => {
			countPermission(world, registry, signer);
			effect();
		};
	};
}

export function cancelPermission(registry: RegistryName): Rule {
	return (world, by, at) => () => {
		countPermission(world, registry, by);
		remember(world, registry, at, by);
	};
}
