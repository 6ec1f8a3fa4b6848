/** Ten thousand lines of the log in a real Chromium: few of them are in the page, all of them can be reached, printed and filtered. */
import axe from 'axe-core';
import { flushSync, mount, unmount } from 'svelte';
import { page } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import '#lib/ui/tokens.css';
import '#lib/ui/base.css';
import type { LogEntry, LogKind } from '#lib/records/index.ts';
import LogLines from '../../src/routes/(public)/log/LogLines.svelte';

const total = 10_000;
const kinds: LogKind[] = ['record-added', 'access-granted', 'access-requested', 'access-revoked'];
const person = (index: number, name: string | null) => ({
	address: `0x${index.toString(16).padStart(40, '0')}` as const,
	name,
	title: name && 'Cardiologist',
	hospital: null,
	hospitalName: name && 'Cedar Heart Centre',
});
const hash = (index: number) => `0x${index.toString(16).padStart(64, '0')}` as const;
const entries: LogEntry[] = Array.from({ length: total }, (_, index) => ({
	id: `${hash(index)}-0`,
	kind: kinds[index % kinds.length]!,
	at: Date.UTC(2020, 0, 1) + index * 3_600_000,
	block: index,
	transaction: hash(index),
	actor: person(index % 30, null),
	subject: person(index % 30, null),
	object: index % 3 === 0 ? null : person(100 + (index % 50), `Dr Number ${index % 50}`),
	recordId: index % 4 === 0 ? hash(index) : null,
	expiresAt: index % 4 === 1 ? Date.UTC(2030, 0, 1) : null,
	fields: { epoch: '1' },
}));

let lines: ReturnType<typeof mount>;
const rows = () => document.querySelectorAll('tbody > tr[role="row"]');
const places = () => [...rows()].map((row) => Number(row.getAttribute('aria-rowindex')));
const frames = async (count: number) => {
	for (let i = 0; i < count; i++) await new Promise((done) => requestAnimationFrame(done));
};
async function scrollTo(share: number): Promise<void> {
	window.scrollTo(0, share * document.documentElement.scrollHeight);
	await frames(4);
}

beforeEach(async () => {
	await page.viewport(1280, 860);
	lines = mount(LogLines, {
		target: document.body,
		props: { entries, isComplete: true, upToBlock: total, chainId: 1, verifyAt: '/verify' },
	});
	flushSync();
	await frames(3);
});
afterEach(async () => {
	await unmount(lines);
	window.scrollTo(0, 0);
});

test('at first the newest fifty', async () => {
	expect(rows().length).toBeLessThanOrEqual(50);
	await expect.element(page.getByRole('status')).toHaveTextContent(`${total} of ${total} lines`);
});

describe.each([1280, 390])('all of them, %i px wide', (width) => {
	beforeEach(async () => {
		await page.viewport(width, 860);
		await page.getByRole('button', { name: 'Show 9950 older lines' }).click();
		await frames(4);
	});

	test('are as high as a page of them, with few in the page', async () => {
		expect(document.documentElement.scrollHeight).toBeGreaterThan(total * 30);
		for (const share of [0, 0.1, 0.5, 0.51, 0.9]) {
			await scrollTo(share);
			expect(rows().length).toBeGreaterThan(5);
			expect(rows().length).toBeLessThan(250);
		}
	});
	test('can be reached to the last, each in its place', async () => {
		for (let i = 0; i < 5 && places().at(-1) !== total + 1; i++) await scrollTo(1);
		expect(places().at(-1)).toBe(total + 1);
		expect(document.querySelector('table')?.getAttribute('aria-rowcount')).toBe(String(total + 1));
		expect([...rows()].at(-1)?.querySelector('time')?.dateTime).toBe('2020-01-01T00:00:00.000Z');
	});
	test('keep the one whose proof is open', async () => {
		await page
			.getByRole('button', { name: /^Proof/ })
			.first()
			.click();
		(document.activeElement as HTMLElement).blur();
		await scrollTo(0.5);
		expect(document.querySelectorAll('[aria-expanded="true"]')).toHaveLength(1);
	});
	test('have no long pause while scrolling through a tenth of them', async () => {
		const step = document.documentElement.scrollHeight / 10 / 120;
		const times: number[] = [];
		for (let i = 0; i < 120; i++) {
			const began = performance.now();
			window.scrollBy(0, step);
			await frames(1);
			times.push(performance.now() - began);
		}
		const sorted = times.toSorted((a, b) => a - b);
		// Generous, as other work shares the machine.
		expect(sorted[60]).toBeLessThan(150);
		expect(sorted.at(-1)).toBeLessThan(1500);
	});
	test('are what axe expects of a table', async () => {
		await scrollTo(0.5);
		const { violations } = await axe.run('table', {
			runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'best-practice'] },
		});
		expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
	});
});

test('paper gets all of them, and the page few again', async () => {
	window.dispatchEvent(new Event('beforeprint'));
	expect(rows().length).toBe(total);
	window.dispatchEvent(new Event('afterprint'));
	await frames(3);
	expect(rows().length).toBeLessThanOrEqual(50);
});

test('a filter finds among all of them', async () => {
	await page.getByRole('combobox', { name: 'Kind of line' }).selectOptions('requests');
	await expect.element(page.getByRole('status')).toHaveTextContent(`2500 of ${total} lines`);
});

test('what is saved waits until all lines were read', async () => {
	const saving = page.getByRole('button', { name: /^Save as/ });
	for (const button of saving.all()) await expect.element(button).not.toHaveAttribute('aria-disabled');
	await unmount(lines);
	lines = mount(LogLines, {
		target: document.body,
		props: { entries, isComplete: false, isReading: true, upToBlock: total, chainId: 1, verifyAt: '/verify' },
	});
	expect(saving.all()).toHaveLength(3);
	for (const button of saving.all()) await expect.element(button).toHaveAttribute('aria-busy', 'true');
});
