/** The components in a real Chromium: what axe finds, what the keyboard does, what a screen reader is told. */
import axe from 'axe-core';
import { flushSync, mount, unmount } from 'svelte';
import { page, userEvent } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setLocale } from '#lib/i18n/index.ts';
import Gallery from './Gallery.svelte';

let gallery: ReturnType<typeof mount>;
const onrole = vi.fn();
const onfiles = vi.fn();

beforeEach(async () => {
	await page.viewport(1280, 900);
	gallery = mount(Gallery, { target: document.body, props: { onrole, onfiles } });
	flushSync();
});
afterEach(async () => {
	await unmount(gallery);
	setLocale('en');
	delete document.documentElement.dataset['theme'];
	vi.clearAllMocks();
});

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
async function violations(): Promise<string[]> {
	const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
	return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

describe('axe finds nothing', () => {
	for (const theme of ['light', 'dark']) {
		for (const locale of ['en', 'ar'] as const) {
			for (const width of [1280, 390]) {
				test(`in ${theme}, ${locale}, ${String(width)} wide`, async () => {
					document.documentElement.dataset['theme'] = theme;
					setLocale(locale);
					await page.viewport(width, 900);
					expect(await violations()).toEqual([]);
				});
			}
		}
	}
	test('in the open account menu and the open dialog', async () => {
		await page.getByRole('button', { name: /account and settings/ }).click();
		expect(await violations()).toEqual([]);
		await userEvent.keyboard('{Escape}');
		await page.getByRole('button', { name: /^Stop sharing/ }).click();
		expect(await violations()).toEqual([]);
	});
});

describe('width', () => {
	test.each(['en', 'ar'] as const)('nothing is wider than a phone of 320 px, in %s', async (locale) => {
		setLocale(locale);
		await page.viewport(320, 700);
		expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
	});
	test('every target is at least 44 px high, links inside sentences excepted', () => {
		const small = [...document.querySelectorAll<HTMLElement>('button, a.button, nav a, select, label.choice, summary')]
			.filter((element) => element.checkVisibility() && element.closest('dialog, [popover]') === null)
			.filter((element) => element.getBoundingClientRect().height < 43.9)
			.map((element) => element.outerHTML.slice(0, 80));
		expect(small).toEqual([]);
	});
});

describe('a language switch', () => {
	test('changes every sentence at once, turns the page round, and loses nothing typed', async () => {
		await page.getByLabelText('Name').fill('Al-Noor');
		await page.getByRole('button', { name: 'العربية' }).first().click();
		expect(document.documentElement.dir).toBe('rtl');
		expect(document.documentElement.lang).toBe('ar');
		await expect.element(page.getByText('لم تُجب Frankfurt S3')).toBeInTheDocument();
		await expect.element(page.getByLabelText('Name')).toHaveValue('Al-Noor');
	});
});

describe('buttons', () => {
	test('one that cannot be used says why, can be reached, and does nothing', async () => {
		const button = page.getByRole('button', { name: 'Choose at least one part' });
		await expect.element(button).toHaveAttribute('aria-disabled', 'true');
		(button.element() as HTMLElement).focus();
		expect(document.activeElement).toBe(button.element());
		await userEvent.keyboard('{Enter}');
		await expect.element(page.getByTestId('presses')).toHaveTextContent('0');
	});
	test('a busy one says so and does nothing', async () => {
		const button = page.getByRole('button', { name: 'Sending' });
		await expect.element(button).toHaveAttribute('aria-busy', 'true');
		(button.element() as HTMLElement).click();
		await expect.element(page.getByTestId('presses')).toHaveTextContent('0');
	});
});

describe('forms', () => {
	test('mistakes take the focus, and each leads to its field', async () => {
		await page.getByRole('button', { name: 'Send the request' }).click();
		const summary = page.getByRole('alert').filter({ hasText: 'Please correct 2 things' });
		await vi.waitFor(() => {
			expect(document.activeElement).toBe(summary.element());
		});
		await summary.getByText('The last day must be in the future').click();
		expect(document.activeElement?.id).toBe('until');
		const name = page.getByLabelText('Name').element();
		expect(name.getAttribute('aria-invalid')).toBe('true');
		expect(name.getAttribute('aria-describedby')).toBe('name-hint name-error');
	});
	test('a date keeps what was typed until it is a real day', async () => {
		const day = page.getByLabelText('Day');
		await day.fill('31');
		await expect.element(page.getByTestId('until')).toHaveTextContent('2026-11-31');
		await expect.element(day).toHaveValue('31');
		await day.fill('5');
		await expect.element(page.getByTestId('until')).toHaveTextContent('2026-11-05');
		await expect.element(day).toHaveValue('5');
	});
	test('choices are changed by their whole row and by the keyboard', async () => {
		await page.getByText('5 results').click();
		await expect.element(page.getByTestId('chosen')).toHaveTextContent('false 30');
		(page.getByRole('radio', { name: '30 days' }).element() as HTMLElement).focus();
		await userEvent.keyboard('{ArrowUp}');
		await expect.element(page.getByTestId('chosen')).toHaveTextContent('false 7');
	});
	test('a file comes by the button and by dropping', async () => {
		await userEvent.upload(page.getByLabelText('Choose a file'), new File(['a'], 'a.txt'));
		expect(onfiles).toHaveBeenCalledTimes(1);
		const transfer = new DataTransfer();
		transfer.items.add(new File(['b'], 'b.txt'));
		transfer.items.add(new File(['c'], 'c.txt'));
		document
			.querySelector('.picker')!
			.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
		expect((onfiles.mock.calls[1]![0] as File[]).map((file) => file.name)).toEqual(['b.txt']);
	});
	test('a sentence filters', async () => {
		await page.getByLabelText('Kind of line').selectOptions('requests');
		await expect.element(page.getByTestId('asked')).toHaveTextContent('requests');
	});
});

describe('dialog and menu', () => {
	test('a dialog holds the focus, closes with Escape, and gives the focus back', async () => {
		const opener = page.getByRole('button', { name: /^Stop sharing/ });
		await opener.click();
		const dialog = page.getByRole('dialog', { name: 'Stop sharing with Dr Haddad?' });
		await expect.element(dialog).toBeVisible();
		expect(document.activeElement?.closest('dialog')).toBe(dialog.element());
		await userEvent.keyboard('{Escape}');
		await expect.element(dialog).not.toBeInTheDocument();
		expect(document.activeElement).toBe(opener.element());
		await opener.click();
		await expect.element(dialog).toBeVisible();
	});
	test('a role is changed in the account menu, which closes', async () => {
		await page.getByRole('button', { name: /account and settings/ }).click();
		await page.getByRole('radio', { name: /Doctor/ }).click();
		expect(onrole).toHaveBeenCalledWith('clinician');
		expect(document.querySelector('#account-menu')!.matches(':popover-open')).toBe(false);
	});
	test('the theme is remembered', async () => {
		await page.getByRole('button', { name: /account and settings/ }).click();
		await page.getByRole('radio', { name: 'Dark' }).click({ force: true });
		expect(document.documentElement.dataset['theme']).toBe('dark');
		expect(localStorage.getItem('amana-theme')).toBe('dark');
		await page.getByRole('radio', { name: 'System' }).click({ force: true });
		expect(document.documentElement.dataset['theme']).toBeUndefined();
	});
	test('the first stop of the keyboard leads past the bars', async () => {
		await userEvent.tab();
		expect(document.activeElement?.textContent).toContain('Skip to the content');
		await userEvent.keyboard('{Enter}');
		expect(document.activeElement?.id).toBe('main');
	});
});
