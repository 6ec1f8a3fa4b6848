/** The viewers in a real Chromium, with the vendored samples and with files that lie. */
import { mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setLocale } from '#lib/i18n/index.ts';
import { beginningOf } from '#lib/ui/viewers/beginning.ts';
import Viewer from '#lib/ui/viewers/Viewer.svelte';
import type { ViewerLabel } from '#lib/ui/viewers/label.ts';
import '#lib/ui/base.css';
import '#lib/ui/patterns.css';
import '#lib/ui/tokens.css';

const urls = import.meta.glob<string>('../../scripts/demo/samples/*.{json,pdf,dcm,jpg,png,txt}', {
	query: '?url',
	import: 'default',
	eager: true,
});

async function sample(file: string): Promise<Blob> {
	const url = urls[`../../scripts/demo/samples/${file}`];
	if (url === undefined) throw new Error(`no sample ${file}`);
	return new Blob([await (await fetch(url)).arrayBuffer()]);
}

let shown: { component: object; target: HTMLElement } | null = null;

function show(blob: Blob, label: Partial<ViewerLabel> = {}): HTMLElement {
	const target = document.body.appendChild(document.createElement('main'));
	const whole = { title: 'A title', kind: 'other', mediaType: '', fileName: 'file.bin', size: blob.size, ...label };
	shown = { component: mount(Viewer, { target, props: { blob, label: whole as ViewerLabel } }), target };
	return target;
}

afterEach(async () => {
	if (shown) {
		await unmount(shown.component);
		shown.target.remove();
	}
	shown = null;
	setLocale('en');
});

/** Shows the beginning of a file of which the rest is still to come. */
async function showBeginning(bytes: Blob, share: number, label: Partial<ViewerLabel>): Promise<HTMLElement> {
	const named = { title: 'A title', kind: 'other', mediaType: '', fileName: 'file.bin', size: bytes.size, ...label };
	const beginning = await beginningOf(bytes.slice(0, bytes.size * share), named as ViewerLabel);
	if (!beginning) throw new Error('nothing to show');
	const target = document.body.appendChild(document.createElement('main'));
	const props = { blob: beginning.blob, label: named as ViewerLabel, copy: null };
	shown = { component: mount(Viewer, { target, props }), target };
	return target;
}

const seen = (target: HTMLElement, selector: string) =>
	vi.waitFor(
		() => {
			const element = target.querySelector<HTMLElement>(selector);
			if (!element) throw new Error(`${selector} is not there: ${target.textContent}`);
			return element;
		},
		{ timeout: 15_000 },
	);

function darkAndLight(canvas: HTMLCanvasElement): number[] {
	const data = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
	let lowest = 255;
	let highest = 0;
	for (let i = 0; i < data.length; i += 4) {
		lowest = Math.min(lowest, data[i]!);
		highest = Math.max(highest, data[i]!);
	}
	return [lowest, highest];
}

describe('a health record', () => {
	it('is a page with a table of results, values with unit and range', async () => {
		const target = show(await sample('blood-count.json'), { kind: 'fhir', fileName: 'count.json' });
		const table = await seen(target, 'table');
		expect(target.querySelector('h3')?.textContent).toBe('Test results');
		expect(table.querySelectorAll('tbody tr')).toHaveLength(17);
		const row = [...table.querySelectorAll('tbody tr')].find((each) => each.textContent.includes('Red Cell Count'));
		expect(row?.textContent.replace(/\s+/g, ' ')).toContain('5.9 ×10¹²/L 4.2 – 6 In range');
		expect(target.textContent).toContain('4\u00a0March\u00a02011');
		expect(target.textContent).toContain('Attached file');
	});

	it('has every section of a patient summary, in Arabic too', async () => {
		setLocale('ar');
		const target = show(await sample('patient-summary.json'), { kind: 'fhir' });
		await seen(target, '[role=group] > h3');
		const headings = [...target.querySelectorAll('[role=group] > h3')].map((heading) => heading.textContent);
		expect(headings).toContain('الحساسية');
		expect(headings).toContain('الأدوية');
		expect(target.textContent).toContain('Penicillin');
		expect(target.textContent).toContain('قائم');
	});

	it('draws no HTML of its narrative', async () => {
		const div = '<div xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="window.wasRun = true">hello</div>';
		const claim = { resourceType: 'Claim', text: { status: 'generated', div } };
		const target = show(new Blob([JSON.stringify(claim)]), { kind: 'fhir' });
		await seen(target, '.written');
		expect(target.querySelector('img')).toBeNull();
		expect(target.textContent).toContain('hello');
		expect('wasRun' in window).toBe(false);
	});

	it('that is broken is told in words, with a copy to save', async () => {
		const target = show(new Blob(['{"resourceType":"Bundle","entry":7}']), { kind: 'fhir' });
		await seen(target, 'a[download]');
		expect(target.textContent).toContain('cannot be read as a health record');
	});
});

describe('a scan', () => {
	it.each(['brain-mri.dcm', 'head-mri-implicit.dcm', 'brain-mri-big-endian.dcm', 'chest-ct.dcm'])(
		'%s is drawn, and says that it is a preview',
		async (file) => {
			const target = show(await sample(file), { kind: 'dicom' });
			const canvas = (await seen(target, 'canvas')) as HTMLCanvasElement;
			await vi.waitFor(() => expect(darkAndLight(canvas)).toEqual([0, 255]));
			expect(target.textContent).toContain('Preview, not for diagnosis');
		},
	);

	it('in JPEG is drawn by the browser, image after image', async () => {
		const target = show(await sample('coronary-angiogram.dcm'), { kind: 'dicom', title: 'Angiogram' });
		const canvas = (await seen(target, 'canvas')) as HTMLCanvasElement;
		await vi.waitFor(() => expect(canvas.width).toBe(512));
		const first = canvas.toDataURL();
		expect(target.textContent).toContain('Image 1 of 12');
		const next = [...target.querySelectorAll('button')].find((button) => button.textContent.includes('Next'))!;
		next.click();
		await vi.waitFor(() => expect(target.textContent).toContain('Image 2 of 12'));
		await vi.waitFor(() => expect(canvas.toDataURL()).not.toBe(first));
		expect(target.querySelector('[role=img]')?.getAttribute('aria-label')).toBe('Scan: Angiogram, image 2 of 12');
	});

	it('gets brighter, and goes back', async () => {
		const target = show(await sample('brain-mri.dcm'), { kind: 'dicom' });
		const canvas = (await seen(target, 'canvas')) as HTMLCanvasElement;
		await vi.waitFor(() => expect(darkAndLight(canvas)).toEqual([0, 255]));
		const [brightness] = target.querySelectorAll<HTMLInputElement>('input[type=range]');
		const before = canvas.toDataURL();
		brightness!.value = '100';
		brightness!.dispatchEvent(new Event('input', { bubbles: true }));
		await vi.waitFor(() => expect(darkAndLight(canvas)[0]).toBeGreaterThan(50));
		[...target.querySelectorAll('button')].at(-1)!.click();
		await vi.waitFor(() => expect(canvas.toDataURL()).toBe(before));
	});

	it.each(['chest-ct-jpeg-2000.dcm', 'chest-ct-jpeg-lossless.dcm', 'deflated.dcm'])(
		'%s that browsers cannot decode is offered to save, in plain words',
		async (file) => {
			const target = show(await sample(file), { kind: 'dicom' });
			await seen(target, 'a[download]');
			expect(target.textContent).toContain('compressed in a way that browsers cannot show');
			expect(target.querySelector('canvas')).toBeNull();
		},
	);

	it('cut off in the middle is told apart', async () => {
		const target = show((await sample('brain-mri.dcm')).slice(0, 60_000), { kind: 'dicom' });
		await seen(target, 'a[download]');
		expect(target.textContent).toContain('cut off or damaged');
	});
});

describe('other files', () => {
	it.each(['portrait.jpg', 'family-history.png', 'coronary-angiogram.jpg'])(
		'%s is a picture with words',
		async (file) => {
			const target = show(await sample(file), { kind: 'image', title: 'Portrait' });
			const image = (await seen(target, 'img')) as HTMLImageElement;
			await vi.waitFor(() => expect(image.naturalWidth).toBeGreaterThan(100));
			expect(image.alt).toBe('Picture: Portrait');
		},
	);

	it('a picture that is none after its first bytes is told in words', async () => {
		const target = show(new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3)]), { kind: 'image' });
		await seen(target, 'a[download]');
		await vi.waitFor(() => expect(target.textContent).toContain('cannot be read as a picture'));
	});

	it('a PDF is in a frame, or offered to open where the browser has no viewer', async () => {
		const target = show(await sample('blood-count.pdf'), { kind: 'pdf', title: 'Blood count' });
		const open = await seen(target, 'a[target=_blank]');
		expect(open.getAttribute('href')).toMatch(/^blob:/);
		const frame = target.querySelector('iframe');
		expect(frame !== null).toBe(navigator.pdfViewerEnabled);
		if (frame) expect(frame.title).toBe('PDF: Blood count');
	});

	it('text keeps its lines and the direction of its letters', async () => {
		const target = show(await sample('my-questions.txt'), { kind: 'text' });
		const text = await seen(target, 'pre');
		expect(text.textContent).toContain('\n2. When may I swim again?');
		expect(text.dir).toBe('auto');
	});

	it('a web page is text, whatever it is called', async () => {
		const blob = new Blob(['<script>window.wasRun = true</' + 'script><b>hi</b>'], { type: 'text/html' });
		const target = show(blob, { kind: 'image', mediaType: 'image/png', fileName: 'scan.png' });
		expect((await seen(target, 'pre')).textContent).toContain('<b>hi</b>');
		expect(target.textContent).toContain('The label says a picture, but this is text');
		expect('wasRun' in window).toBe(false);
	});

	it('anything else is a file to save, under a name that is safe', async () => {
		const blob = new Blob([Uint8Array.of(0, 1, 2, 3)]);
		const target = show(blob, { fileName: '../\u202e' + 'fdp.exe/' + 'ب'.repeat(300) + '.bin' });
		const link = (await seen(target, 'a[download]')) as HTMLAnchorElement;
		expect(link.download).toMatch(/^_fdp\.exe_ب+\.bin$/);
		expect(Array.from(link.download).length).toBeLessThanOrEqual(120);
		expect((await (await fetch(link.href)).blob()).type).toBe('application/octet-stream');
	});

	it('an empty file is a file to save', async () => {
		const target = show(new Blob([]), { kind: 'pdf' });
		await seen(target, 'a[download]');
		expect(target.textContent).toContain('0\u00a0bytes');
	});
});

describe('the beginning of a large file', () => {
	it.each([
		['my-questions.txt', 'pre', 0.5],
		['patient-summary.json', '[role=group] > h3', 0.6],
		['heart-mri.dcm', 'canvas', 0.3],
		['coronary-angiogram.dcm', 'canvas', 0.5],
	])('of %s is shown as the whole is, and nothing is there to be saved yet', async (file, selector, share) => {
		const target = await showBeginning(await sample(file), share, { fileName: file });
		await seen(target, selector);
		expect(target.querySelector('a[download]')).toBeNull();
	});

	it.each(['coronary-angiogram.jpg', 'blood-count.pdf', 'chest-ct.dcm'])('of %s is nothing to show', async (file) => {
		const blob = (await sample(file)).slice(0, 5000);
		const label = { title: '', kind: 'other', mediaType: '', fileName: file, size: blob.size } as const;
		expect(await beginningOf(blob, label)).toBeNull();
	});
});
