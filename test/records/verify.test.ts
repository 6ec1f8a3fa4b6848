/** What checking says of good and of forged records, transactions, logs and files; each lie on its own. */
import { toEventSelector, zeroAddress } from 'viem';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectChain, readHistory, type EventOf } from '#lib/chain/index.ts';
import { findBlock, publicBases } from '#lib/records/blocks.ts';
import { encodeObject } from '#lib/records/codec.ts';
import * as r from '#lib/records/index.ts';
import type { Deps, FindingName, Verification } from '#lib/records/index.ts';
import { standingAt } from '#lib/records/verify/standing.ts';
import { cidFromDigest } from '#lib/storage/index.ts';
import { logAsCsv, logAsJson, type LogScope } from '../../src/routes/(public)/log/log-export.ts';
import { logAsFhir } from '../../src/routes/(public)/log/log-fhir.ts';
import { changingLogs, honest, startTamperingProxy, type TamperingProxy } from '../chain/tampering-proxy.ts';
import { addressOf, day, fileOf, startWorld, type World } from './world.ts';

let world: World;
let proxy: TamperingProxy;
let visitor: Deps;
/** Reads through the proxy. */
let deceived: Deps;
let hospital: Deps;
let doctor: Deps;
let patient: Deps;
let own: r.RecordView;
let treatment: r.RecordView;

beforeAll(async () => {
	world = await startWorld();
	proxy = await startTamperingProxy(world.chain.rpcUrls[0]!);
	visitor = anybody(world.chain.rpcUrls[0]!);
	deceived = anybody(proxy.url);
	hospital = await world.hospital('Nour Hospital');
	doctor = await world.person('Omar Nasser');
	await world.member(hospital, doctor);
	patient = await world.patient('Lina Haddad');
	await r.saveDocument(patient, {
		file: fileOf('glucose 5.4', 'glucose.txt'),
		title: 'Blood sugar',
		category: 'labs',
		clinicalDate: '2026-11-20',
		policy: { who: 'allowed', category: 'labs' },
	});
	await r.allowAdding(patient, { hospital: addressOf(hospital), expiresAt: Date.now() + 30 * day });
	await r.addTreatment(doctor, {
		patient: addressOf(patient),
		hospital: addressOf(hospital),
		form: {
			title: 'Pneumonia',
			startedOn: '2026-11-01',
			endedOn: null,
			conditions: [{ text: 'Pneumonia' }],
			medicines: [],
			notes: '',
		},
	});
	const records = await r.listRecords(patient, { patient: addressOf(patient) });
	own = records.find((record) => record.hospital === null)!;
	treatment = records.find((record) => record.hospital !== null)!;
});
afterEach(() => {
	proxy.tamper = honest;
	vi.restoreAllMocks();
});
afterAll(async () => {
	await proxy.stop();
	await world.stop();
});

/** Somebody without an account, who remembers nothing. */
function anybody(url: string): Deps {
	const chain = { ...world.chain, rpcUrls: [url] };
	return r.makeDeps({ chain, client: connectChain(chain), engine: world.registrar.engine, cache: r.memoryCache() });
}

const namesIn = ({ findings }: Verification): FindingName[] => findings.map(({ name }) => name);
const badIn = ({ findings }: Verification): FindingName[] =>
	findings.filter(({ outcome }) => outcome === 'bad').map(({ name }) => name);
const check = (deps: Deps, { id }: r.RecordView) => r.verifyNumber(deps, { number: id, patient: addressOf(patient) });

/** Drops events of one kind from what the proxy answers. */
function dropping(signature: string) {
	const topic = toEventSelector(signature);
	return changingLogs((logs) => logs.filter(({ topics }) => topics[0] !== topic));
}

describe('a good record', () => {
	test('of a patient is right in all that can be checked, and says what cannot', async () => {
		const result = await check(visitor, own);
		expect(namesIn(result)).toEqual([
			'record-known',
			'record-id-fits',
			'header-found',
			'author-patient',
			'since-nothing',
			'audit-root',
			'contents-sealed',
		]);
		expect(result.subject).toMatchObject({
			kind: 'record',
			recordId: own.id,
			patient: { address: addressOf(patient) },
		});
		const clouds = result.findings.find(({ name }) => name === 'header-found')?.clouds;
		expect(clouds?.map(({ state }) => state)).toEqual(['has', 'has', 'has']);
	});
	test('of a hospital names author, hospital and consent of that day', async () => {
		const { findings, facts } = await check(visitor, treatment);
		expect(findings.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['hospital-approved', 'author-member', 'consent-stood']),
		);
		expect(findings.find(({ name }) => name === 'author-member')).toMatchObject({
			person: { name: 'Dr Omar Nasser' },
			hospital: { name: 'Nour Hospital' },
			role: 'doctor',
		});
		expect(facts).toMatchObject({ author: addressOf(doctor), hospital: addressOf(hospital) });
	});
	test('is found by its number alone', async () => {
		expect(badIn(await r.verifyNumber(visitor, { number: own.id }))).toEqual([]);
	});
	test('a block proves what the events say, with one endpoint or two', async () => {
		const result = await check(visitor, own);
		expect(await r.crossCheckVerification(visitor, result)).toMatchObject({
			verdict: 'alone',
			finding: { name: 'state-fits' },
		});
		const two = { ...visitor, chain: { ...world.chain, rpcUrls: [...world.chain.rpcUrls, proxy.url] } };
		expect(await r.crossCheckVerification(two, await check(two, treatment))).toMatchObject({
			verdict: 'agree',
			finding: { name: 'state-fits' },
		});
	});
});

describe('a forged record', () => {
	test('with a made-up number is unknown', async () => {
		const result = await r.verifyNumber(visitor, { number: `0x${'9'.repeat(64)}` });
		expect(result).toMatchObject({
			subject: { kind: 'number' },
			findings: [{ name: 'number-unknown', outcome: 'bad' }],
		});
		expect(await r.crossCheckVerification(visitor, result)).toBeNull();
	});
	test('of another patient than its link says', async () => {
		const result = await r.verifyNumber(visitor, { number: own.id, patient: addressOf(doctor) });
		expect(badIn(result)).toEqual(['record-other-patient']);
	});
	test('whose event a node changed is not the one that its number commits to', async () => {
		proxy.tamper = changingLogs((logs) =>
			logs.map((log) =>
				log.transactionHash === own.transaction ? { ...log, data: `0x${'5'.repeat(64)}${log.data.slice(66)}` } : log,
			),
		);
		const result = await check(deceived, own);
		expect(badIn(result)).toEqual(['record-event-missing']);
		const two = { ...deceived, chain: { ...world.chain, rpcUrls: [proxy.url, ...world.chain.rpcUrls] } };
		const crossChecked = await r.crossCheckVerification(two, result);
		expect(crossChecked?.endpoints[0]).toMatchObject({ host: proxy.host });
		expect(crossChecked?.endpoints[0]?.faults[0]).toMatchObject({ kind: 'changes', evidence: 'block' });
		expect(crossChecked?.endpoints[1]?.faults).toEqual([]);
	});
	test('to which a node gives another time does not fit the registry', async () => {
		proxy.tamper = changingLogs((logs) => logs.map((log) => ({ ...log, blockTimestamp: '0x65000000' })));
		const result = await check(deceived, own);
		expect(badIn(result)).toEqual(['record-entry-differs']);
		proxy.tamper = honest;
		expect((await r.crossCheckVerification(deceived, result))?.finding).toMatchObject({ name: 'state-differs' });
	});
});

describe('who wrote it', () => {
	const hospitalSignatures = {
		approved: 'HospitalApproved(address indexed hospital, address indexed registrar, uint256 history)',
		member:
			'MemberAdded(address indexed hospital, address indexed member, bytes32 indexed teamId, uint8 role, uint48 validUntil, bytes32 directoryDigest, bytes32 keysDigest, uint256 history, uint256 memberHistory)',
		adding:
			'AddingAllowed(address indexed patient, address indexed hospital, uint48 expiresAt, uint256 history, uint256 hospitalHistory)',
	};

	test('counts only if the hospital was approved then', async () => {
		proxy.tamper = dropping(hospitalSignatures.approved);
		const result = await check(deceived, treatment);
		expect(badIn(result)).toEqual(['hospital-not-approved', 'author-no-member']);
		expect(result.findings.find(({ name }) => name === 'hospital-not-approved')).toMatchObject({ status: 'applied' });
	});
	test('counts only if the author was a member then', async () => {
		proxy.tamper = dropping(hospitalSignatures.member);
		expect(badIn(await check(deceived, treatment))).toEqual(['author-no-member']);
	});
	test('counts only if the patient had agreed then', async () => {
		proxy.tamper = dropping(hospitalSignatures.adding);
		expect(badIn(await check(deceived, treatment))).toEqual(['consent-missing']);
	});
	test('stays right when the hospital is suspended later, which is said', async () => {
		await r.suspendHospital(world.registrar, { hospital: addressOf(hospital), reason: 'an inspection' });
		const result = await check(visitor, treatment);
		expect(badIn(result)).toEqual([]);
		expect(result.findings.find(({ name }) => name === 'hospital-later')).toMatchObject({
			outcome: 'note',
			status: 'suspended',
		});
		await r.reinstateHospital(world.registrar, { hospital: addressOf(hospital) });
	});
	test('is replayed by the contracts’ rules, up to the place of the record', async () => {
		const events = await readHistory(visitor.client, world.chain.contracts, { hospital: addressOf(hospital) });
		const ofPatient = await readHistory(visitor.client, world.chain.contracts, { patient: addressOf(patient) });
		const record = ofPatient.find(
			(event): event is EventOf<'RecordAdded'> => event.name === 'RecordAdded' && event.recordId === treatment.id,
		)!;
		const all = [...events, ...ofPatient].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
		const now = standingAt(record, all);
		expect(now).toMatchObject({ hospital: { status: 'approved' }, member: { role: 'doctor' } });
		// The day after the membership and the consent ran out.
		const late = { ...record, blockNumber: 1e9, timestamp: now.member!.until / 1000 };
		expect(standingAt(late, all)).toMatchObject({ member: null, consentUntil: null });
		const early = { ...record, blockNumber: 0 };
		expect(standingAt(early, all)).toMatchObject({ hospital: { status: 'none', since: null }, member: null });
		const removed = { ...all.find(({ name }) => name === 'MemberAdded')!, name: 'MemberRemoved', blockNumber: 1e8 };
		expect(standingAt({ ...record, blockNumber: 1e9 }, [...all, removed as (typeof all)[0]])).toMatchObject({
			member: null,
		});
		expect(standingAt({ ...record, hospital: zeroAddress }, all)).toMatchObject({ hospital: { status: 'none' } });
	});
});

describe('what the clouds hold', () => {
	/** Changes what clouds answer; the chain is left alone. */
	function clouds(change: (url: string, response: Response) => Response | Promise<Response>) {
		const real = globalThis.fetch;
		const bases = world.clouds.map((config) => new URL(publicBases([config])[0]!).origin);
		vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
			const url = input instanceof Request ? input.url : String(input);
			const response = await real(input, init);
			return bases.some((base) => url.startsWith(base)) ? change(url, response) : response;
		});
	}
	const garbage = () => new Response(new Uint8Array(200).fill(7), { status: 200 });

	test('garbage from every cloud is seen', async () => {
		clouds(garbage);
		const result = await check(visitor, own);
		expect(badIn(result)).toEqual(['header-wrong']);
	});
	test('garbage from one is seen, and the others’ answer counts', async () => {
		const first = new URL(publicBases(world.clouds)[0]!).origin;
		clouds((url, response) => (url.startsWith(first) ? garbage() : response));
		const result = await check(visitor, own);
		expect(badIn(result)).toEqual([]);
		const note = result.findings.find(({ name }) => name === 'header-some-wrong');
		expect(note?.clouds?.filter(({ state }) => state === 'wrong')).toHaveLength(1);
	});
	test('a header that no cloud has was not checked', async () => {
		clouds(() => new Response('none', { status: 404 }));
		const result = await check(visitor, own);
		expect(badIn(result)).toEqual([]);
		expect(result.findings.find(({ name }) => name === 'header-missing')).toMatchObject({ outcome: 'open' });
	});
	test('clouds that do not answer are told from clouds that have nothing', async () => {
		clouds(() => Promise.reject(new TypeError('fetch failed')));
		expect(namesIn(await check(visitor, own))).toContain('header-no-answer');
	});
});

describe('a transaction', () => {
	test('is told with what it wrote', async () => {
		const result = await r.verifyNumber(visitor, { number: own.transaction });
		expect(result).toMatchObject({ subject: { kind: 'transaction' }, findings: [{ name: 'transaction-succeeded' }] });
		expect(result.entries).toMatchObject([{ kind: 'record-added', recordId: own.id }]);
		expect(await r.crossCheckVerification(visitor, result)).toMatchObject({ verdict: 'alone', finding: null });
	});
	test('of something else says so', async () => {
		const [from] = await visitor.client.request({ method: 'eth_accounts' });
		const number = await visitor.client.request({
			method: 'eth_sendTransaction',
			params: [{ from: from!, to: from! }],
		});
		expect(namesIn(await r.verifyNumber(visitor, { number }))).toEqual([
			'transaction-succeeded',
			'transaction-foreign',
		]);
	});
});

describe('an exported log', () => {
	let entries: r.LogEntry[];
	let scope: LogScope;
	beforeAll(async () => {
		const account = addressOf(patient);
		entries = await r.readLog(visitor, { account });
		const upToBlock = Math.max(...entries.map(({ block }) => block));
		scope = { account, isWhole: true, upToBlock, chainId: world.chain.chainId };
	});
	const verify = (text: string, name = 'log.csv') => r.verifyFile(visitor, fileOf(text, name));
	const formats = [
		['CSV', (lines: r.LogEntry[], of = scope) => logAsCsv(lines, null, of)],
		['JSON', (lines: r.LogEntry[], of = scope) => logAsJson(lines, of)],
	] as const;

	describe.each(formats)('as %s', (_, write) => {
		test('is as it happened', async () => {
			const result = await verify(write(entries));
			expect(namesIn(result)).toEqual(['log-fits', 'log-complete', 'log-names']);
			expect(result.findings[0]).toMatchObject({ count: entries.length });
			expect(await r.crossCheckVerification(visitor, result)).toMatchObject({ verdict: 'alone' });
		});
		test('with a changed line names the line and what is wrong in it', async () => {
			const line = entries.findIndex(({ kind }) => kind === 'adding-allowed');
			const changed = entries.with(line, {
				...entries[line]!,
				object: { ...entries[line]!.object!, address: addressOf(doctor) },
			});
			const result = await verify(write(changed));
			expect(badIn(result)).toEqual(['log-changed']);
			expect(result.differences).toMatchObject([
				{
					kind: 'changed',
					row: line + 1,
					entry: { kind: 'adding-allowed' },
					fields: [{ name: 'object', inFile: addressOf(doctor), onChain: addressOf(hospital) }],
				},
			]);
		});
		test('with a line taken out, or the whole end, names what is missing', async () => {
			const result = await verify(write(entries.toSpliced(1, 1)));
			expect(badIn(result)).toEqual(['log-missing']);
			expect(result.differences).toMatchObject([{ kind: 'missing', row: null, entry: { id: entries[1]!.id } }]);
			expect((await verify(write(entries.slice(2)))).differences).toHaveLength(2);
		});
		test('with a made-up line names it', async () => {
			const forged = { ...entries[0]!, transaction: `0x${'8'.repeat(64)}` as const, id: `0x${'8'.repeat(64)}-0` };
			const result = await verify(write([...entries, forged]));
			expect(badIn(result)).toEqual(['log-added']);
			expect(result.differences).toMatchObject([{ kind: 'added', row: entries.length + 1, entry: null }]);
		});
		test('with one line twice', async () => {
			expect(badIn(await verify(write([...entries, entries[0]!])))).toEqual(['log-added']);
		});
		test('that is a part does not miss the rest', async () => {
			const result = await verify(write(entries.slice(2), { ...scope, isWhole: false }));
			expect(namesIn(result)).toEqual(['log-fits', 'log-part', 'log-names']);
		});
		test('of another network, or everyone’s', async () => {
			expect(badIn(await verify(write(entries, { ...scope, chainId: 1 })))).toEqual(['log-other-network']);
			const all = await r.readLog(visitor);
			const everyone = await verify(write(all, { ...scope, account: null, upToBlock: all[0]!.block }));
			expect(badIn(everyone)).toEqual([]);
			expect(everyone.findings[0]).toMatchObject({ count: all.length });
		});
		test('without lines', async () => {
			expect(namesIn(await verify(write([])))).toEqual(['log-empty']);
		});
	});
	test('as FHIR is for other programs', async () => {
		expect(namesIn(await verify(logAsFhir(entries, scope, 0), 'log.json'))).toEqual(['log-fhir']);
	});
});

describe('any other file', () => {
	const sealed = { findings: [{ name: 'file-sealed', outcome: 'open' }] };
	test.each([
		['a document', 'glucose 5.4'],
		['JSON of something else', '{"resourceType":"Patient"}'],
		['JSON that is none', '{'],
		['a table of something else', 'when,where\r\n1,2\r\n'],
		['nothing', ''],
	])('%s cannot be recognised', async (_, text) => {
		expect(await r.verifyFile(visitor, fileOf(text, 'a.txt'))).toMatchObject(sealed);
	});
	test('bytes that are no text, and a large file', async () => {
		expect(await r.verifyFile(visitor, fileOf(new Uint8Array([255, 216, 255, 0]), 'a.jpg'))).toMatchObject(sealed);
		expect(await r.verifyFile(visitor, fileOf(new Uint8Array(2 ** 20 + 1), 'a.bin'))).toMatchObject(sealed);
	});

	const bytesOf = async (digest: string) => {
		const writers = [addressOf(patient), addressOf(doctor), addressOf(hospital)];
		return findBlock(visitor, cidFromDigest(digest), writers);
	};
	test('a header is recognised as that of its record', async () => {
		const { facts } = await check(visitor, treatment);
		const result = await r.verifyFile(visitor, fileOf(await bytesOf(facts.header!), 'header.cbor'));
		expect(result.subject).toMatchObject({ kind: 'record', recordId: treatment.id });
		expect(namesIn(result)).toContain('header-given');
		expect(badIn(result)).toEqual([]);
	});
	test('a hospital’s profile is named by its application', async () => {
		const events = await readHistory(visitor.client, world.chain.contracts, { hospital: addressOf(hospital) });
		const applied = events.find((event) => event.name === 'HospitalApplied')!;
		const bytes = await bytesOf(applied.profileDigest);
		const result = await r.verifyFile(visitor, fileOf(bytes, 'profile.cbor'));
		expect(result).toMatchObject({ findings: [{ name: 'object-named' }], entries: [{ kind: 'hospital-applied' }] });
	});
	test('an object that nobody put on the chain is not named', async () => {
		const forged = encodeObject({ v: 1, kind: 'reason', hospital: addressOf(hospital), text: 'made up' });
		expect(await r.verifyFile(visitor, fileOf(forged, 'reason.cbor'))).toMatchObject({
			findings: [{ name: 'object-not-named', outcome: 'bad' }],
		});
	});
});

describe('what was pasted', () => {
	const id = `0x${'ab'.repeat(32)}` as const;
	const address = `0x${'cd'.repeat(20)}` as const;
	test.each([
		[`https://amana.example/record?id=${id}&patient=${address}`, { kind: 'number', number: id, patient: address }],
		[`/verify?id=${id}`, { kind: 'number', number: id, patient: null }],
		[`https://explorer.example/tx/${id}`, { kind: 'number', number: id, patient: null }],
		[id.toUpperCase().replace('0X', '0x'), { kind: 'number', number: id, patient: null }],
		[id.slice(2), { kind: 'number', number: id, patient: null }],
		[`  ${id}\n`, { kind: 'number', number: id, patient: null }],
		[address, { kind: 'address', address }],
		[`${id}00`, { kind: 'other' }],
		[id.slice(0, -1), { kind: 'other' }],
		['', { kind: 'other' }],
		['a record', { kind: 'other' }],
	])('%s', (text, found) => {
		expect(r.readPasted(text)).toEqual(found);
	});
});

describe('what became of it', () => {
	test('erased by its patient', async () => {
		await r.eraseRecord(patient, { recordId: own.id });
		const result = await check(visitor, own);
		expect(badIn(result)).toEqual(['since-erased']);
		expect(await r.crossCheckVerification(visitor, result)).toMatchObject({ finding: { name: 'state-fits' } });
	});
});
