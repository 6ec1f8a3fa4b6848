/** The picture of each kind of data. */
import FileText from '@lucide/svelte/icons/file-text';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import NotebookPen from '@lucide/svelte/icons/notebook-pen';
import Scan from '@lucide/svelte/icons/scan';
import Stethoscope from '@lucide/svelte/icons/stethoscope';
import type { Category } from '#lib/records/index.ts';
import type { IconComponent } from '#lib/ui/icon.ts';

const icons: Record<Category, IconComponent> = {
	treatments: Stethoscope,
	notes: NotebookPen,
	labs: FlaskConical,
	imaging: Scan,
	documents: FileText,
};

export function categoryIcon(category: Category): IconComponent {
	return icons[category];
}
