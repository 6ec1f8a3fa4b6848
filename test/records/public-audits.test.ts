import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import * as r from '#lib/records/index.ts';
import { visitor } from '../../scripts/demo/person.ts';
import { logAsCsv, logAsJson, type LogScope } from '../../src/routes/(public)/log/log-export.ts';
import { spoil } from '../e2e/clouds.ts';
import { faultyServer } from '../storage/faulty-server.ts';
import { addressOf, fileOf, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(() => world.stop());

const label = { title: 'Scan', category: 'imaging', clinicalDate: '2026-11-20', policy: { who: 'only-me' } } as const;

/** A record, and somebody with a wallet and no keys who challenges its clouds. */
async function saved(bytes = 60_000) {
	const patient = await world.patient('Lina Haddad');
	const file = fileOf(crypto.getRandomValues(new Uint8Array(bytes)), 'scan.bin');
	const { recordId } = await r.saveDocument(patient, { file, ...label });
	const anyone = visitor(world, await world.newAccount());
	const holding = await r.readHolding(anyone, { patient: addressOf(patient), recordId });
	return { patient, recordId, anyone, holding, stores: r.challengeable(holding).map(({ store }) => store) };
}

test('a visitor without a wallet audits a record', async () => {
	const { anyone, holding } = await saved(3000);
	const audits = await r.auditHoldings(anyone, [holding]);
	expect(audits.map(({ state, isWhole }) => [state, isWhole])).toEqual([
		['held', true],
		['held', true],
		['held', true],
	]);
	expect(await r.readPublicAudits(anyone, holding)).toEqual([]);
});

test('who watches the log is told of a challenge', async () => {
	const { anyone, holding } = await saved(3000);
	let told = 0;
	const stop = r.watchLog(anyone, () => told++);
	await r.openChallenge(anyone, { holding, piece: 0 });
	await expect.poll(() => told, { timeout: 20_000 }).toBeGreaterThan(0);
	stop();
});

test('a record that is not there cannot be audited', async () => {
	const patient = await world.patient('Lina Haddad');
	const unknown = { patient: addressOf(patient), recordId: `0x${'1'.repeat(64)}` as const };
	await expect(r.readHolding(patient, unknown)).rejects.toMatchObject({ code: 'chain.not-found' });
});

describe('a cloud that is challenged in public', () => {
	test('is answered for by somebody else with what it gives, and everybody sees who asked and who proved', async () => {
		const { patient, anyone, holding, stores } = await saved();
		const { challengeId, transaction, gasUsed } = await r.openChallenge(anyone, { holding, piece: 1 });
		const [opened] = await r.readPublicAudits(patient, holding);
		expect(opened).toMatchObject({
			kind: 'challenge',
			challengeId,
			transaction,
			author: addressOf(anyone),
			store: stores[1],
			piece: 1,
			state: 'early',
			proven: 0,
			provers: [],
		});

		const waits: unknown[] = [];
		const order = { holding, challengeId, store: stores[1]! };
		const preparing = r.prepareAnswer(patient, order, { onProgress: (blocks) => waits.push(blocks) });
		await world.chainControl.mine({ blocks: 3 });
		const answer = await preparing;
		expect(waits.at(-1)).toBeNull();
		expect(answer.bytes).toBeLessThan(60_000);
		expect((await r.readPublicAudits(patient, holding))[0]).toMatchObject({ state: 'open' });

		const sent = await r.answerChallenge(patient, { challengeId, answer });
		expect(gasUsed / r.challengeGas.ask).toBeCloseTo(1, 1);
		expect(sent.gasUsed).toBeLessThanOrEqual(r.challengeGas.answer);
		expect((await r.readPublicAudits(anyone, holding))[0]).toMatchObject({
			state: 'answered',
			proven: 5,
			provers: [addressOf(patient)],
		});
		await expect(r.prepareAnswer(anyone, order)).rejects.toMatchObject({
			code: 'chain.refused',
			details: { reason: 'AlreadyProven' },
		});
		await expect(r.answerChallenge(anyone, { challengeId, answer })).rejects.toMatchObject({
			code: 'chain.refused',
			details: { reason: 'AlreadyProven' },
		});
	});

	test('that spoiled its piece cannot be answered for, and who says so stands beside it', async () => {
		const { anyone, recordId, holding, stores } = await saved();
		const piece = stores.indexOf(r.nameOf(world.clouds[1]));
		const store = stores[piece]!;
		const { challengeId } = await r.openChallenge(anyone, { holding, piece });
		await world.chainControl.mine({ blocks: 3 });
		spoil(join(world.dataDir, 's3-a'));
		const failed = r.prepareAnswer(anyone, { holding, challengeId, store });
		await expect(failed).rejects.toMatchObject({ code: 'storage.corrupt' });

		await r.attestFailure(anyone, { recordId, piece, store });
		await r.attestFailure(anyone, { recordId, piece, store: 'https://elsewhere.example/' });
		const audits = await r.readPublicAudits(anyone, holding);
		expect(audits.map(({ kind, store: said, author }) => [kind, said, author])).toEqual([
			['failure', null, addressOf(anyone)],
			['failure', store, addressOf(anyone)],
			['challenge', store, addressOf(anyone)],
		]);
	});

	test('that does not have the piece, or does not answer, says which of the two', async () => {
		const { anyone, holding, stores, patient } = await saved();
		const { challengeId } = await r.openChallenge(anyone, { holding, piece: 0 });
		await world.chainControl.mine({ blocks: 3 });
		const elsewhere = new URL('/nobody/', stores[0]).href;
		const lacking = r.prepareAnswer(anyone, { holding, challengeId, store: elsewhere });
		await expect(lacking).rejects.toMatchObject({ code: 'storage.not-found' });
		const silent = r.prepareAnswer(patient, { holding, challengeId, store: 'http://127.0.0.1:9/' });
		await expect(silent).rejects.toMatchObject({ code: 'storage.unreachable' });
		const nowhere = r.prepareAnswer(anyone, { holding, challengeId, store: 'opfs:Somewhere' });
		await expect(nowhere).rejects.toMatchObject({ code: 'storage.invalid-cloud' });
	});

	test('takes no answer after its time, and then it proves nothing', async () => {
		const { anyone, holding, stores } = await saved();
		const { challengeId } = await r.openChallenge(anyone, { holding, piece: 0 });
		await world.chainControl.mine({ blocks: 3 });
		const order = { holding, challengeId, store: stores[0]! };
		const answer = await r.prepareAnswer(anyone, order);
		await world.chainControl.mine({ blocks: 256 });
		expect((await r.readPublicAudits(anyone, holding))[0]).toMatchObject({ state: 'over', proven: 0, provers: [] });
		const late = { code: 'chain.refused', details: { reason: 'ChallengeExpired' } };
		await expect(r.prepareAnswer(anyone, order)).rejects.toMatchObject(late);
		await expect(r.answerChallenge(anyone, { challengeId, answer })).rejects.toMatchObject(late);
	});

	test('with bytes of another piece is refused by the contract', async () => {
		const { anyone, holding, stores } = await saved();
		const first = await r.openChallenge(anyone, { holding, piece: 0 });
		const second = await r.openChallenge(anyone, { holding, piece: 2 });
		await world.chainControl.mine({ blocks: 3 });
		const answer = await r.prepareAnswer(anyone, { holding, challengeId: second.challengeId, store: stores[2]! });
		const sent = r.answerChallenge(anyone, { challengeId: first.challengeId, answer });
		await expect(sent).rejects.toMatchObject({ code: 'chain.refused' });
		const states = (await r.readPublicAudits(anyone, holding)).map(
			(audit) => audit.kind === 'challenge' && audit.proven,
		);
		expect(states).toEqual([0, 0]);
	});

	test('is left alone when the person cancels while the chain has not chosen', async () => {
		const { anyone, holding, stores } = await saved();
		const { challengeId } = await r.openChallenge(anyone, { holding, piece: 0 });
		const cancelling = new AbortController();
		const preparing = r.prepareAnswer(
			anyone,
			{ holding, challengeId, store: stores[0]! },
			{ signal: cancelling.signal, onProgress: () => cancelling.abort() },
		);
		await expect(preparing).rejects.toMatchObject({ code: 'general.cancelled' });
	});

	test('is not challenged for a piece that is not there, nor without a wallet, nor for a record that was erased', async () => {
		const { patient, anyone, recordId, holding } = await saved();
		const open = (deps: r.Deps, piece: number) => r.openChallenge(deps, { holding, piece });
		await expect(open(anyone, 3)).rejects.toMatchObject({ code: 'records.invalid-input' });
		await expect(open({ ...anyone, wallet: null }, 0)).rejects.toMatchObject({ code: 'wallet.none' });
		const unknown = { holding, challengeId: `0x${'1'.repeat(64)}` as const, store: 'http://127.0.0.1:9/' };
		await expect(r.prepareAnswer(anyone, unknown)).rejects.toMatchObject({ code: 'chain.not-found' });
		await r.eraseRecord(patient, { recordId });
		const erased = { code: 'chain.refused', details: { reason: 'RecordWasErased' } };
		await expect(open(anyone, 0)).rejects.toMatchObject(erased);
		await expect(r.attestFailure(anyone, { recordId, piece: 0, store: 'x' })).rejects.toMatchObject(erased);
	});
});

describe('the public audits of a patient’s records', () => {
	const kinds = (lines: readonly r.LogEntry[]) => lines.map(({ kind }) => kind);

	test('are lines of that patient’s log and of everybody’s, and of no other’s', async () => {
		const { patient, anyone, recordId, holding, stores } = await saved();
		const other = await saved();
		const { challengeId } = await r.openChallenge(anyone, { holding, piece: 0 });
		await world.chainControl.mine({ blocks: 3 });
		const answer = await r.prepareAnswer(anyone, { holding, challengeId, store: stores[0]! });
		await r.answerChallenge(other.anyone, { challengeId, answer });
		await r.attestFailure(anyone, { recordId, piece: 1, store: stores[1]! });

		const account = addressOf(patient);
		const lines = await r.readLoggedAudits(anyone, { account });
		expect(lines.map(({ kind, actor, subject, recordId: of }) => [kind, actor?.address, subject?.address, of])).toEqual(
			[
				['audit-failure', addressOf(anyone), account, recordId],
				['audit-answered', addressOf(other.anyone), account, recordId],
				['audit-opened', addressOf(anyone), account, recordId],
			],
		);
		for (const { at, fields } of lines) {
			expect(Date.now() - at).toBeLessThan(3_600_000);
			expect(fields['address']).toBe(world.chain.contracts.possessionAudit);
		}
		expect(await r.readLoggedAudits(anyone, { account: addressOf(other.patient) })).toEqual([]);
		expect(kinds(await r.readLoggedAudits(anyone, { account, kinds: ['audit-failure'] }))).toEqual(['audit-failure']);
		const everybody = await r.readLoggedAudits(anyone);
		expect(everybody.filter(({ subject }) => subject?.address === account)).toEqual(lines);
	});

	test('are told of their transactions', async () => {
		const { patient, anyone, recordId, holding, stores } = await saved();
		const opened = await r.openChallenge(anyone, { holding, piece: 0 });
		await world.chainControl.mine({ blocks: 3 });
		const order = { holding, challengeId: opened.challengeId, store: stores[0]! };
		const answer = await r.prepareAnswer(anyone, order);
		const answered = await r.answerChallenge(anyone, { challengeId: opened.challengeId, answer });
		const attested = await r.attestFailure(anyone, { recordId, piece: 1, store: stores[1]! });
		for (const [{ transaction }, kind] of [
			[opened, 'audit-opened'],
			[answered, 'audit-answered'],
			[attested, 'audit-failure'],
		] as const) {
			const { findings, entries } = await r.verifyNumber(anyone, { number: transaction });
			expect(findings).toMatchObject([{ name: 'transaction-succeeded', count: 1 }]);
			expect(entries).toMatchObject([{ kind, recordId, subject: { address: addressOf(patient) } }]);
		}
	});

	test('in a saved log are checked like all lines: none may be changed, made up or left out', async () => {
		const { patient, anyone, recordId, holding, stores } = await saved();
		await r.openChallenge(anyone, { holding, piece: 0 });
		await r.attestFailure(anyone, { recordId, piece: 1, store: stores[1]! });
		const account = addressOf(patient);
		const audits = await r.readLoggedAudits(anyone, { account });
		const lines = [...audits, ...(await r.readLog(anyone, { account }))];
		const scope: LogScope = { account, isWhole: true, upToBlock: audits[0]!.block, chainId: world.chain.chainId };
		for (const write of [logAsJson, (of: r.LogEntry[], as: LogScope) => logAsCsv(of, null, as)]) {
			const check = async (of: r.LogEntry[]) => {
				const { findings } = await r.verifyFile(anyone, fileOf(write(of, scope), 'log'));
				return findings.flatMap(({ name, outcome }) => (outcome === 'bad' ? [name] : []));
			};
			expect(await check(lines)).toEqual([]);
			expect(await check(lines.slice(1))).toEqual(['log-missing']);
			const changed = { ...audits[0]!, actor: audits[0]!.subject };
			expect(await check([changed, ...lines.slice(1)])).toEqual(['log-changed']);
			expect(await check([...lines, audits[0]!])).toEqual(['log-added']);
		}
	});
});

test('a cloud that is not open to all is audited by links of its owner, good for a day, which open nothing', async () => {
	const person = await world.patient('Lina Haddad');
	const [, s3] = world.clouds;
	const proxy = await faultyServer(s3.endpoint);
	// Only who signs may read.
	proxy.fault = ({ headers, url }) =>
		headers.authorization || url?.includes('X-Amz-Signature=') ? null : { status: 403 };
	const store = `${proxy.url}/amana/`;
	const patient = { ...person, configs: [{ ...s3, endpoint: proxy.url, publicBase: store }] };
	const file = fileOf('private words '.repeat(3000), 'scan.txt');
	const { recordId } = await r.saveDocument(patient, { file, ...label });
	const anyone = visitor(world, await world.newAccount());
	const holding = await r.readHolding(anyone, { patient: addressOf(patient), recordId }).catch(() => null);
	// The header is read from where the patient publishes; what is private here is the bucket that has the piece.
	const [own] = await r.listHoldings(patient, { patient: addressOf(patient) });
	const held = holding ?? own!;
	const state = async (links: r.AuditLinks | null) =>
		(await r.auditHoldings(anyone, [held], { links })).map(({ state, code }) => [state, code]);
	expect(await state(null)).toEqual([['silent', 'storage.unauthorised']]);

	const links = await r.makeAuditLinks(patient, { holdings: [own!], store });
	const sent = new Blob([JSON.stringify(links)]);
	const received = await r.readAuditLinks(sent);
	expect(await state(received)).toEqual([['held', null]]);
	const { cid, proofs } = held.parts[0]!.pieces[0]!;
	expect(Object.keys(links.links).toSorted()).toEqual([String(cid), String(proofs)].toSorted());
	const given = await (await fetch(links.links[String(cid)] ?? '')).text();
	expect(given).not.toContain('private words');

	const changed = { ...received, links: { ...received.links, [String(cid)]: `${links.links[String(cid)] ?? ''}0` } };
	expect(await state(changed)).toEqual([['silent', 'storage.unauthorised']]);
	const lacking = { ...received, links: { [String(proofs)]: received.links[String(proofs)] ?? '' } };
	expect(await state(lacking)).toEqual([['silent', 'storage.unauthorised']]);
	const swapped = { ...received, links: { ...received.links, [String(cid)]: received.links[String(proofs)] ?? '' } };
	expect((await state(swapped))[0]?.[0]).toBe('damaged');
	await expect(r.readAuditLinks(sent, links.until + 1)).rejects.toMatchObject({ code: 'records.invalid-input' });
	await expect(r.makeAuditLinks(patient, { holdings: [], store: 'https://elsewhere.example/' })).rejects.toMatchObject({
		code: 'storage.no-clouds',
	});
	const [ipfs] = world.clouds;
	const only = { ...patient, configs: [ipfs] };
	await expect(r.makeAuditLinks(only, { holdings: [], store: r.nameOf(ipfs) })).rejects.toMatchObject({
		code: 'records.invalid-input',
	});
	expect([r.givesLinks(patient, store), r.givesLinks(only, r.nameOf(ipfs))]).toEqual([true, false]);
	await proxy.stop();
});

const cid = 'bafkreictpt3axbccoani363eyq53c2bgiqvh2sw2s7hm6ldpzg4msqrxoa';
test.each<[string, unknown]>([
	['no JSON', 'links'],
	['a list', []],
	['another version', { v: 2 }],
	['a name that is no address', { links: { '../secret': 'https://a.example/' } }],
	['a link that runs', { links: { [cid]: 'javascript:alert(1)' } }],
	['a link into a network', { links: { [cid]: 'http://192.168.0.1/' } }],
	['a link with a password', { links: { [cid]: 'https://me:secret@a.example/' } }],
	['a link that is none', { links: { [cid]: 'a' } }],
	['something more', { links: {}, more: 1 }],
	['no end', { until: 'never' }],
])('a file of links with %s is refused', async (_, wrong) => {
	const good = {
		v: 1,
		store: 'https://a.example/',
		until: Date.now() + 60_000,
		links: { [cid]: 'https://a.example/x' },
	};
	const file = (value: unknown) => new Blob([typeof value === 'string' ? value : JSON.stringify(value)]);
	await expect(r.readAuditLinks(file(good))).resolves.toEqual(good);
	const bad = typeof wrong === 'string' || Array.isArray(wrong) ? wrong : { ...good, ...(wrong as object) };
	await expect(r.readAuditLinks(file(bad))).rejects.toMatchObject({ code: 'records.invalid-input' });
});
