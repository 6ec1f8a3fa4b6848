/** Who the account is to the contracts, and which of its roles is acted in. */
import type { AccountView, Address, HospitalView, Membership, Role } from '#lib/records/index.ts';
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
	/** Hospitals that the account can act as: those it is an administrator of, and its own in whatever state. */
	offices: readonly HospitalView[] = $derived(officesOf(this.view));
	/** As a hospital: the chosen one, else the first. */
	office: HospitalView | null = $derived(
		this.role === 'hospital' ? officeOf(this.offices, this.#chosenHospital) : null,
	);
	/** The hospital acted for: as one of its administrators, or as a clinician. */
	hospital: Address | null = $derived(this.office?.address ?? this.membership?.hospital ?? null);

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

function officesOf(view: AccountView | null): readonly HospitalView[] {
	const { offices = [], hospital = null } = view ?? {};
	const isThere = offices.some(({ address }) => address === hospital?.address);
	return hospital && !isThere ? [...offices, hospital] : offices;
}

function officeOf(offices: readonly HospitalView[], hospital: Address | null): HospitalView | null {
	return offices.find(({ address }) => address === hospital) ?? offices[0] ?? null;
}

function membershipOf(view: AccountView | null, hospital: Address | null): Membership | null {
	const memberships = view?.memberships ?? [];
	const chosen = memberships.find((membership) => membership.hospital === hospital);
	return chosen ?? memberships.find((membership) => membership.active) ?? memberships[0] ?? null;
}
