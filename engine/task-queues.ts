/** Workflows, and the activities that end within minutes. */
export const RELEASES = 'signalbox';

/** Activities that only wait, for pipelines say: apart, so that waiting takes no slot from working. */
export const WAITS = 'signalbox-waits';

/** Activities of mirrors: apart, so that a GitLab that answers slowly to the one takes no slot from the other. */
export const MIRRORS = 'signalbox-mirrors';

/** Activities of backports: apart as well, for there may be hundreds of them at once. */
export const BACKPORTS = 'signalbox-backports';

/** Activities of the calendar: apart, so that a release starts when it should, whatever else goes on. */
export const CALENDAR = 'signalbox-calendar';
