import pc from 'picocolors';
import type { Paint } from '../../cli/demo/board';

/** As where colours are off. */
export const PLAIN: Paint = pc.createColors(false);
