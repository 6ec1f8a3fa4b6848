/** The type of a Lucide icon, imported one by one: `import Check from '@lucide/svelte/icons/check'`. */
import type { LucideIcon } from '@lucide/svelte';

export type IconComponent = LucideIcon;
