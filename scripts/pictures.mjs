// One story through the product; each step goes on from where the one before left the window.
import * as by from './picture-steps.mjs';

const { press } = by;
const tab = (place, part) => press(`${place}-tab-${part}`);

/**
 * `name` is the picture drawn after `go`; without one the step only goes on. `published` ones are
 * in docs/images. Nothing here reads a word of the window: it is told in each language.
 */
export const pictures = [
  { name: 'tour', go: async () => {} },
  { name: 'bench-first', go: by.endTour },
  { name: 'guided-off', go: press('guided-entry') },
  { name: 'guided-unknown', go: by.scanUnknown },
  { name: 'guided-vehicle', go: by.sayWho },
  { name: 'guided-installed', go: press('guided-next') },
  { name: 'guided-releases', go: by.chooseReleases },
  { name: 'guided-checks', go: by.seeChecks },
  { name: 'guided-confirm', go: press('guided-next') },
  { name: 'guided-progress', published: true, go: by.startUpdate },
  { name: 'guided-result', go: by.awaitResult },
  { name: 'guided-report', go: press('guided-next') },
  { name: 'guided-sheet', go: by.makeReport },
  { name: 'bench', published: true, go: by.runDemo },
  { name: 'compose', go: press('nav-compose') },
  { name: 'compose-filled', go: by.fillCompose },
  { name: 'traffic', go: by.openMessage },
  { name: 'traffic-topics', go: tab('traffic', 'topics') },
  { name: 'traffic-timeline', go: tab('traffic', 'timeline') },
  { name: 'traffic-retained', go: by.listRetained },
  { name: 'traffic-publish', go: tab('traffic', 'publish') },
  { name: 'traffic-capture', go: tab('traffic', 'capture') },
  { name: 'traffic-connections', go: tab('traffic', 'connections') },
  { name: 'traffic-connection', go: press('connection-add') },
  { name: 'vehicles', published: true, go: by.showVehicles },
  { name: 'vehicle-faults', go: tab('vehicle', 'faults') },
  { name: 'profiles', go: press('vehicles-profiles') },
  { name: 'rollback', published: true, go: by.askForRollback },
  { go: by.rollBack },
  { name: 'verdict', published: true, go: by.openVerdict },
  { name: 'compare', published: true, go: by.compare },
  { name: 'reports', go: press('nav-reports') },
  { name: 'report', published: true, go: press('report-row') },
  { name: 'report-verify', go: press('report-verify-open') },
  { name: 'lab', published: true, go: by.runScenario },
  { name: 'lab-editor', go: by.editScenario },
  { name: 'lab-faults', go: by.leaveEditor },
  { name: 'attacks', published: true, go: by.runAttack },
  { name: 'trust-issue', go: by.askForCertificate },
  { name: 'trust', published: true, go: by.manyCertificates },
  { name: 'access-rules', published: true, go: by.faultyRules },
  { name: 'audit', go: press('trust-tab-audit') },
  { name: 'mosquitto', go: press('trust-tab-mosquitto') },
  { name: 'settings', go: press('nav-settings') },
  { name: 'help', go: press('nav-help') },
  { name: 'help-search', go: by.searchHelp },
  { name: 'help-code', go: by.openCode },
  { name: 'palette', go: (page) => page.keyboard.press('Control+K') },
];
