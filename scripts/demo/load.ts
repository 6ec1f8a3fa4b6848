/**
 * Fills a local network with the people and records of the demo, through the same use cases that the screens call: two hospitals,
 * their clinicians, three patients with their records, grants, a request that waits, and one share that ended.
 */
import { privateKeyToAccount } from 'viem/accounts';
import type { Address } from '#lib/chain/index.ts';
import {
	addMember,
	addTeam,
	addTreatment,
	allowAdding,
	applyAsHospital,
	approveHospital,
	grantAccess,
	publishAuthority,
	requestAccess,
	revokeAccess,
	saveDocument,
	type Category,
	type Deps,
	type PolicyChoice,
	type SiteConfig,
} from '#lib/records/index.ts';
import type { DemoAccount } from '#lib/records/config.ts';
import { clinicians, hospitals, patients, registrar, type DemoHospital } from './people.ts';
import { firstVisit, visitor, type Place } from './person.ts';
import { sampleBytes, samples, type Sample } from './samples/index.ts';
import { treatments } from './treatments.ts';

const day = 24 * 60 * 60 * 1000;

export interface DemoNetwork {
	config: SiteConfig;
	/** By their index in `people.ts`. */
	accounts: readonly DemoAccount[];
}

/** Sessions of everyone in the demo, by the index of their account. */
type People = ReadonlyMap<number, Deps>;

/** Loads the demo into a fresh network. Throws what the use cases throw. */
export async function loadDemo({ config, accounts }: DemoNetwork): Promise<void> {
	const place: Place = { chain: config.chain, clouds: config.clouds };
	const people = await everyonesFirstVisit(place, accounts);
	const office = visitor(place, accountAt(accounts, registrar.account));
	const opened = Promise.all(hospitals.map((hospital) => openHospital(people, office, hospital)));
	// What names no hospital need not wait for one.
	await Promise.all([opened, saveDocuments(people, (sample) => !needsHospital(sample))]);
	await Promise.all([saveDocuments(people, needsHospital), letHospitalsAdd(people)]);
	await Promise.all([askAndAnswer(people), writeTreatments(people)]);
	await revokeAccess(personAt(people, 8), { grantee: addressAt(people, 5) });
}

async function everyonesFirstVisit(place: Place, accounts: readonly DemoAccount[]): Promise<People> {
	const visits = [
		...hospitals.map((hospital) => ({ ...hospital, language: 'en' as const, asPatient: false })),
		...clinicians.map((clinician) => ({ ...clinician, asPatient: false })),
		...patients.map((patient) => ({ ...patient, asPatient: true })),
	];
	const entries = visits.map(async ({ account: index, name: displayName, language, asPatient }) => {
		const account = accountAt(accounts, index);
		const { deps } = await firstVisit(place, { account, displayName, language, asPatient });
		return [index, deps] as const;
	});
	return new Map(await Promise.all(entries));
}

/** From the application to the last member. */
async function openHospital(people: People, office: Deps, hospital: DemoHospital): Promise<void> {
	const { id, account, name, country, contact, about, teams } = hospital;
	const deps = personAt(people, account);
	await applyAsHospital(deps, { name, country, contact, about });
	await approveHospital(office, { hospital: addressAt(people, account) });
	await publishAuthority(deps);
	for (const team of teams) {
		const { teamId } = await addTeam(deps, { name: team });
		for (const member of clinicians.filter((person) => person.hospital === id && person.team === team)) {
			const { name: memberName, title, role } = member;
			const address = addressAt(people, member.account);
			await addMember(deps, { address, name: memberName, title, role, teamId, validUntil: Date.now() + 365 * day });
		}
	}
}

async function saveDocuments(people: People, which: (sample: Sample) => boolean): Promise<void> {
	await Promise.all(
		samples.filter(which).map(async (sample) => {
			const owner = patients.find(({ id }) => id === sample.for);
			const { file, mediaType, title, category, clinicalDate } = sample;
			const { rest } = await saveDocument(personAt(people, owner?.account), {
				file: new File([sampleBytes(file)], file, { type: mediaType }),
				title,
				category,
				clinicalDate,
				policy: policyOf(people, sample),
			});
			await rest;
		}),
	);
}

/** Most are for whomever the patient allows; a few show the narrower choices. */
function policyOf(people: People, { file, category }: Sample): PolicyChoice {
	const hospital = addressAt(people, hospitals[0]?.account);
	if (file === 'my-questions.txt') return { who: 'only-me' };
	if (file === 'blood-count.pdf') return { who: 'role', category, hospital, role: 'doctor' };
	return { who: 'allowed', category };
}

function needsHospital({ file }: Sample): boolean {
	return file === 'blood-count.pdf';
}

async function letHospitalsAdd(people: People): Promise<void> {
	await Promise.all(
		treatments.map(async ({ for: id, author }) => {
			const patient = patients.find((person) => person.id === id);
			await allowAdding(personAt(people, patient?.account), {
				hospital: addressAt(people, hospitalOf(author).account),
				expiresAt: Date.now() + 180 * day,
			});
		}),
	);
}

async function writeTreatments(people: People): Promise<void> {
	await Promise.all(
		treatments.map(async ({ for: id, author, form }) => {
			const patient = patients.find((person) => person.id === id);
			const { rest } = await addTreatment(personAt(people, author), {
				patient: addressAt(people, patient?.account),
				hospital: addressAt(people, hospitalOf(author).account),
				form,
			});
			await rest;
		}),
	);
}

interface DemoRequest {
	from: number;
	to: number;
	purpose: string;
	scope: Category[];
	days: number;
	/** What the patient gave; null while the request waits. */
	granted: Category[] | null;
}

const requests: readonly DemoRequest[] = [
	{
		from: 3,
		to: 7,
		purpose: 'To follow up your pneumonia after you left the ward',
		scope: ['treatments', 'notes', 'labs', 'imaging'],
		days: 90,
		granted: ['treatments', 'notes', 'labs', 'imaging'],
	},
	{
		from: 4,
		to: 7,
		purpose: 'To prepare your visit to the heart clinic on 2 December',
		scope: ['treatments', 'labs', 'imaging'],
		days: 30,
		granted: null,
	},
	{
		from: 4,
		to: 8,
		purpose: 'لمتابعة ضغط الدم بعد تغيير الدواء',
		scope: ['treatments', 'notes', 'labs', 'documents'],
		days: 60,
		granted: ['treatments', 'notes', 'documents'],
	},
	{
		from: 5,
		to: 8,
		purpose: 'To prepare a visit to our clinic',
		scope: ['documents'],
		days: 14,
		granted: ['documents'],
	},
	{
		from: 4,
		to: 9,
		purpose: 'To plan what follows your angiogram',
		scope: ['treatments', 'labs', 'imaging'],
		days: 120,
		granted: ['treatments', 'labs', 'imaging'],
	},
	{ from: 6, to: 9, purpose: 'To compare with new images', scope: ['imaging'], days: 30, granted: ['imaging'] },
];

async function askAndAnswer(people: People): Promise<void> {
	await Promise.all(
		requests.map(async ({ from, to, purpose, scope, days, granted }) => {
			const grantee = addressAt(people, from);
			const hospital = addressAt(people, hospitalOf(from).account);
			const asked = { patient: addressAt(people, to), hospital, purpose, scope, days };
			const { requestId } = await requestAccess(personAt(people, from), asked);
			if (!granted) return;
			const expiresAt = Date.now() + days * day;
			await grantAccess(personAt(people, to), { grantee, requestId, scope: granted, expiresAt, shareName: true });
		}),
	);
}

function hospitalOf(clinician: number): DemoHospital {
	const { hospital } = clinicians.find(({ account }) => account === clinician) ?? {};
	const found = hospitals.find(({ id }) => id === hospital);
	if (!found) throw new Error(`Account ${clinician} works nowhere.`);
	return found;
}

function accountAt(accounts: readonly DemoAccount[], index: number) {
	const account = accounts[index];
	if (!account) throw new Error(`There is no account ${index}.`);
	return privateKeyToAccount(account.privateKey);
}

function personAt(people: People, index = -1): Deps {
	const deps = people.get(index);
	if (!deps) throw new Error(`Nobody has account ${index}.`);
	return deps;
}

function addressAt(people: People, index = -1): Address {
	const { account } = personAt(people, index);
	if (!account) throw new Error(`Account ${index} has no address.`);
	return account;
}
