/** Workflows, and the activities that end within minutes. */
export const RELEASES = 'signalbox';

/** Activities that only wait, for pipelines say: apart, so that waiting takes no slot from working. */
export const WAITS = 'signalbox-waits';
