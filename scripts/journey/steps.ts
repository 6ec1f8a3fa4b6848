/** The ten steps of the main job, each by the use cases that the screens call, each with what must not work tried as well. */
import type { Address } from '#lib/chain/index.ts';
import {
	addMember,
	addTeam,
	addTreatment,
	allowAdding,
	applyAsHospital,
	approveHospital,
	createKeyring,
	grantAccess,
	listHospitals,
	listRecords,
	listRequests,
	lookUpAccount,
	openPart,
	publishAuthority,
	readLog,
	requestAccess,
	revokeAccess,
	saveDocument,
	type Category,
	type Deps,
	type Engine,
	type Hash,
	type LogEntry,
	type LogKind,
	type NewDocument,
	type TreatmentForm,
} from '#lib/records/index.ts';
import { firstVisit, unpredictablePerson, visitor, type Place } from '../demo/person.ts';
import { opensByForce } from './force.ts';
import type { JourneyNetwork } from './network.ts';
import { check, refused, step, type Tally } from './report.ts';
import { sameBytes } from './documents.ts';

const day = 24 * 60 * 60 * 1000;
/** What must be found nowhere outside: the patient's name, the purpose, the notes. */
export const secrets = {
	patientName: 'Huda Al-Mansour',
	purpose: 'Palpitations since the operation in spring',
	title: 'Rhythm of the heart, seven days',
	notes: 'Sleeps badly, worried about her mother; asked not to tell the family.',
};

interface People {
	hospital: Deps;
	doctor: Deps;
	/** A second doctor, who keeps access when the first one loses it. */
	colleague: Deps;
	patient: Deps;
}

/** A document, and the record that it became. */
export interface SavedDocument {
	document: NewDocument;
	recordId: Hash;
}

export interface Journey {
	saved: SavedDocument[];
	/** The person's own file as the doctor opened it. */
	opened: Blob;
	log: LogEntry[];
	patient: Deps;
	patientAddress: Address;
}

/** Takes all ten steps. The last of `documents` is the person's own file. Throws `StepFailed`. */
export async function takeSteps(
	network: JourneyNetwork,
	documents: readonly NewDocument[],
	engine: Engine,
): Promise<Journey> {
	const place: Place = { chain: network.config.chain, clouds: network.config.clouds, engine };
	const nobody = { ...visitor(place, await network.newAccount()), wallet: null, account: null };

	await step(1, 'A visitor reads hospitals and the log, without a wallet', async () => {
		await Promise.all([listHospitals(nobody), readLog(nobody)]);
	});
	const hospital = await step(2, 'A hospital applies; before approval it may do nothing', (tally) =>
		openHospital(network, place, tally),
	);
	const { doctor, colleague, teamId } = await step(3, 'It adds a team and two doctors, with their keys', (tally) =>
		addDoctors(network, place, hospital, tally),
	);
	const patient = await step(4, 'A patient makes a keyring; an unpredictable wallet cannot', (tally) =>
		welcomePatient(network, place, tally),
	);
	const people: People = { hospital, doctor, colleague, patient };
	const saved = await step(5, `The patient saves ${documents.length} documents on three clouds`, (tally) =>
		saveAll(patient, documents, tally),
	);
	await step(6, 'Both doctors ask; the patient approves one and narrows the other', (tally) =>
		askAndGrant(people, tally),
	);
	const opened = await step(7, 'The doctor opens every document; each byte is the same', (tally) =>
		openAll(people, saved, tally),
	);
	await step(8, 'The hospital adds a treatment under the standing consent', (tally) => treat(people, teamId, tally));
	await step(9, 'The patient stops sharing: what comes later stays shut by its lock', (tally) => stop(people, tally));
	const log = await step(10, 'The log has all of it, for anyone, from events alone', () => readTheLog(nobody, people));
	return { saved, opened, log, patient, patientAddress: addressOf(patient) };
}

async function openHospital(network: JourneyNetwork, place: Place, tally: Tally): Promise<Deps> {
	const { deps, receipt } = await firstVisit(place, { account: await network.newAccount(), displayName: 'Desk' });
	tally.spent(receipt);
	const profile = { name: 'Journey Hospital', country: 'SE', contact: 'desk@journey.example', about: '' };
	tally.spent(await applyAsHospital(deps, profile));
	await refused('records.not-approved', publishAuthority(deps));
	await refused('records.not-approved', addTeam(deps, { name: 'Too early' }));
	tally.spent(await approveHospital(visitor(place, network.registrar), { hospital: addressOf(deps) }));
	tally.spent(await publishAuthority(deps));
	return deps;
}

async function addDoctors(network: JourneyNetwork, place: Place, hospital: Deps, tally: Tally) {
	const { teamId } = tally.spent(await addTeam(hospital, { name: 'Cardiology' }));
	const join = async (name: string): Promise<Deps> => {
		const { deps, receipt } = await firstVisit(place, { account: await network.newAccount(), displayName: name });
		tally.spent(receipt);
		const entry = { address: addressOf(deps), name, title: 'Cardiologist', role: 'doctor' as const, teamId };
		tally.spent(await addMember(hospital, { ...entry, validUntil: Date.now() + 365 * day }));
		return deps;
	};
	const doctor = await join('Dr Ines Vidal');
	const colleague = await join('Dr Jonas Lind');
	const { roles } = await lookUpAccount(doctor, addressOf(doctor));
	check(roles.includes('clinician'), 'the chain does not know the doctor as a clinician');
	return { doctor, colleague, teamId };
}

async function welcomePatient(network: JourneyNetwork, place: Place, tally: Tally): Promise<Deps> {
	const visit = { displayName: secrets.patientName, language: 'en' as const, clouds: place.clouds, asPatient: true };
	const { account: fickle, sign } = unpredictablePerson();
	await refused('wallet.unpredictable', createKeyring(visitor(place, fickle), { ...visit, sign }));
	const account = await network.newAccount();
	const { deps, receipt } = await firstVisit(place, { account, ...visit });
	tally.spent(receipt);
	return deps;
}

async function saveAll(patient: Deps, documents: readonly NewDocument[], tally: Tally): Promise<SavedDocument[]> {
	const saved: SavedDocument[] = [];
	for (const document of documents) {
		const result = tally.spent(await saveDocument(patient, document));
		const { saved: clouds, failed } = await result.rest;
		check(failed.length === 0, `${failed[0]?.store} did not take its copy`);
		tally.moved(result.sealedBytes * clouds.length);
		saved.push({ document, recordId: result.recordId });
	}
	return saved;
}

async function askAndGrant({ hospital, doctor, colleague, patient }: People, tally: Tally): Promise<void> {
	const scope: Category[] = ['treatments', 'notes', 'labs', 'imaging', 'documents'];
	const request = {
		patient: addressOf(patient),
		hospital: addressOf(hospital),
		purpose: secrets.purpose,
		scope,
		days: 30,
	};
	const first = tally.spent(await requestAccess(doctor, request));
	const second = tally.spent(await requestAccess(colleague, request));
	const waiting = await listRequests(patient, { as: 'patient' });
	check(
		waiting.every(({ state, purpose }) => state === 'waiting' && purpose === secrets.purpose),
		'a request is not as sent',
	);
	const grant = { expiresAt: Date.now() + 30 * day, shareName: true };
	tally.spent(await grantAccess(patient, { ...grant, grantee: addressOf(doctor), requestId: first.requestId, scope }));
	const less: Category[] = ['treatments', 'notes'];
	const narrowed = { ...grant, grantee: addressOf(colleague), requestId: second.requestId, scope: less };
	tally.spent(await grantAccess(patient, narrowed));
	const states = (await listRequests(patient, { as: 'patient' })).map(({ state }) => state);
	check(states.join() === 'narrowed,approved', `the requests are ${states.join(' and ')}`);
}

async function openAll(
	{ doctor, colleague, patient }: People,
	saved: readonly SavedDocument[],
	tally: Tally,
): Promise<Blob> {
	let opened = new Blob();
	for (const { document, recordId } of saved) {
		const part = { patient: addressOf(patient), recordId, index: 0 };
		const { blob, label, problems } = await openPart(doctor, part);
		opened = blob;
		tally.moved(blob.size);
		check(label.fileName === document.file.name, 'the document came back under another name');
		check(await sameBytes(blob, document.file), 'the opened bytes are not those that were saved');
		check(problems.length === 0, `${problems[0]?.store}: ${problems[0]?.code}`);
		await refused('crypto.policy-not-met', openPart(colleague, part));
	}
	return opened;
}

async function treat({ hospital, doctor, patient }: People, teamId: Hash, tally: Tally): Promise<void> {
	const treatment = { patient: addressOf(patient), hospital: addressOf(hospital), form: treatmentForm() };
	await refused('records.no-consent', addTreatment(doctor, treatment));
	tally.spent(await allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 90 * day }));
	const result = tally.spent(await addTreatment(doctor, treatment));
	tally.moved(result.sealedBytes * (await result.rest).saved.length);
	const record = (await listRecords(patient, { patient: addressOf(patient) })).find(({ id }) => id === result.recordId);
	check(record?.integrity === 'signed' && record.title === secrets.title, 'the patient does not see the treatment');
	check(record.hospital === addressOf(hospital) && teamId.length > 0, 'the treatment does not name its hospital');
}

async function stop({ hospital, doctor, colleague, patient }: People, tally: Tally): Promise<void> {
	const { reissued } = tally.spent(await revokeAccess(patient, { grantee: addressOf(doctor) }));
	check(reissued.includes(addressOf(colleague)), 'the doctor who stays got no new keys');
	const later = { patient: addressOf(patient), hospital: addressOf(hospital), form: treatmentForm() };
	const { recordId, sealedBytes, rest } = tally.spent(await addTreatment(colleague, later));
	tally.moved(sealedBytes * (await rest).saved.length);
	const part = { patient: addressOf(patient), recordId, index: 0 };
	await refused('records.access-ended', openPart(doctor, part));
	await refused('crypto.old-epoch', opensByForce(doctor, part));
	const { label } = await openPart(patient, part);
	check(label.title === secrets.title, 'the patient cannot open what came later');
	const own = await saveDocument(patient, laterDocument());
	tally.spent(own);
	await refused('crypto.old-epoch', opensByForce(doctor, { ...part, recordId: own.recordId }));
	const { blob } = await openPart(colleague, { ...part, recordId: own.recordId });
	check((await blob.text()) === secrets.notes, 'the doctor who stays cannot open what came later');
}

async function readTheLog(nobody: Deps, { hospital, doctor, patient }: People): Promise<LogEntry[]> {
	const all = await readLog(nobody);
	const expected: [Address, LogKind[]][] = [
		[
			addressOf(hospital),
			['hospital-applied', 'hospital-approved', 'authority-published', 'team-added', 'member-added'],
		],
		[addressOf(patient), ['keys-published', 'record-added', 'access-requested', 'access-granted', 'adding-allowed']],
		[addressOf(doctor), ['member-added', 'access-requested', 'access-granted', 'access-revoked']],
	];
	for (const [account, kinds] of expected) {
		const own = await readLog(nobody, { account });
		const missing = kinds.find((kind) => !own.some((entry) => entry.kind === kind));
		check(!missing, `the log lacks ${missing}`);
		check(
			own.every(({ id }) => all.some((entry) => entry.id === id)),
			'the filtered log has more than the whole one',
		);
	}
	return all;
}

function treatmentForm(): TreatmentForm {
	return {
		title: secrets.title,
		startedOn: '2026-11-16',
		endedOn: '2026-11-20',
		conditions: [
			{ text: 'Paroxysmal atrial fibrillation', code: { system: 'http://hl7.org/fhir/sid/icd-10', code: 'I48.0' } },
		],
		medicines: [{ name: 'Bisoprolol 2.5 mg', dose: '1 tablet every morning' }],
		notes: secrets.notes,
	};
}

function laterDocument(): NewDocument {
	return {
		file: new File([secrets.notes], 'later.txt', { type: 'text/plain' }),
		title: 'Later',
		category: 'notes',
		clinicalDate: '2026-11-22',
		policy: { who: 'allowed', category: 'notes' },
	};
}

function addressOf({ account }: Deps): Address {
	if (!account) throw new Error('The session has no account.');
	return account;
}
