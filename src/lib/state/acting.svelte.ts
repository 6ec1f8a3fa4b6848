/** Who the account is to the contracts, and which of its roles is acted in. */
import type { AccountView, Address, Membership, Role } from '#lib/records/index.ts';
import type { Remembered } from './session-parts.ts';

const roleName = 'role';

export class Acting {
	view = $state.raw<AccountView | null>(null);
	role = $state<Role | null>(null);
	#chosenHospital = $state<Address | null>(null);

	roles: readonly Role[] = $derived(rolesOf(this.view));
	/** A clinician's: of the chosen hospital, else the first that is active. */
	membership: Membership | null = $derived(
		this.role === 'clinician' ? membershipOf(this.view, this.#chosenHospital) : null,
	);
	/** The hospital acted for: one's own, or the membership's. */
	hospital: Address | null = $derived(
		this.role === 'hospital' ? (this.view?.account ?? null) : (this.membership?.hospital ?? null),
	);

	readonly #remembered: Remembered;

	constructor(remembered: Remembered) {
		this.#remembered = remembered;
	}

	/** Takes what the chain says; the role stays while it is still one of the account's, else the remembered or likeliest. */
	take(view: AccountView): void {
		this.view = view;
		const wanted = [this.role, this.#remembered.get(roleName)];
		this.role = this.roles.find((role) => wanted.includes(role)) ?? this.roles[0] ?? null;
	}

	/** False when the account does not have that role. */
	choose(role: Role): boolean {
		if (!this.roles.includes(role)) return false;
		this.role = role;
		this.#remembered.set(roleName, role);
		return true;
	}

	chooseHospital(hospital: Address): void {
		this.#chosenHospital = hospital;
	}

	clear(): void {
		this.view = null;
		this.role = null;
		this.#chosenHospital = null;
	}

	forget(): void {
		this.#remembered.delete(roleName);
	}
}

function rolesOf(view: AccountView | null): readonly Role[] {
	if (!view) return [];
	// A registrar only approves, and may do so before having any keys.
	return view.roles.length === 0 && view.isRegistrar ? ['registrar'] : view.roles;
}

function membershipOf(view: AccountView | null, hospital: Address | null): Membership | null {
	const memberships = view?.memberships ?? [];
	const chosen = memberships.find((membership) => membership.hospital === hospital);
	return chosen ?? memberships.find((membership) => membership.active) ?? memberships[0] ?? null;
}
