// SPDX-License-Identifier: Apache-2.0
import type { SameKeys } from '@yungui/shared';
import type { releasesZh } from './releases.zh';

/** Versions of services, and decision tables tried on real cases. */
export const releasesEn: SameKeys<typeof releasesZh> = {
  versions: {
    title: 'Versions', of: 'Versions of “{name}”', now: 'Customers get version {version}.', trying: 'Version {version} is on trial: {where}, {percent} % of the customers.', everywhere: 'all institutions', state: 'State', what: 'What one can do',
    offered: 'On offer', trial: 'Trial {percent} %', withdrawn: 'Withdrawn', kept: 'Kept', compare: 'Compare with {version}', rollBackTo: 'Roll back to {version}', changes: 'What differs',
    act: { offer: 'Offer', try: 'Try', withdraw: 'Withdraw', 'end-trial': 'End the trial', 'roll-back': 'Roll back' },
    ask: { offer: 'Offer version {version}', try: 'Try version {version}', withdraw: 'Withdraw version {version}', 'end-trial': 'End the trial', 'roll-back': 'Roll back to version {version}' },
    askText: { offer: 'Cases that begin from now on get it; those that run stay as they are.', try: 'Only some customers get it; the same customer always gets the same.', withdraw: 'It can be neither offered nor tried again; cases that run on it go on.', 'end-trial': 'Cases that begin from now on get the version on offer; those that run stay as they are.', 'roll-back': 'Cases that begin from now on get the version before; those that run stay as they are.' },
    percent: 'Share of customers (%)', institutions: 'Where', kind: { added: 'new', removed: 'gone', changed: 'changed' }, differs: 'Version {to} differs from {from} in {count} places.', same: 'Version {to} does not differ from {from}.', drawnBefore: '{file} in version {version}: what went', drawnAfter: '{file} in version {version}: what came or changed',
    moves: {
      title: 'Move running cases', text: 'Cases stay on the version that they began with. See what would happen to each of them first, then move them to version {to}.', from: 'Version {version} · {running} running', outlook: 'What would happen', go: 'Move {count}', looked: 'Looked at {count} …', none: 'No case of this institution runs on that version.', case: 'Case', at: 'Where it stands', because: 'Why',
      state: { moved: 'Moved', 'can-move': 'Can move', stays: 'Stays' }, askText: 'Cases that can go from version {from} to {to}, and go on where they stand; the others stay.', notWatched: 'What the new version adds here ({elements}) does not watch this case.',
      why: { process_element_missing: 'The new version has no {element}, where it stands.', process_element_changed: 'In the new version {element}, where it stands, is other work.', process_message_changed: 'What {element} waits for is another message in the new version.', process_ways_changed: 'The ways on from {element} are others in the new version.', process_old_form: 'It is kept in an old form and can only end on its version.', process_erased: 'Its data is deleted.' },
    },
  },
  releases: {
    title: 'Waiting for a second person', waits: 'To be confirmed', doneAlone: 'Done; to be confirmed', decided: 'What was decided', alone: 'Urgent, by one person', objected: 'Objected to', nothingOffered: 'No version is on offer now.',
    what: { offer: 'Offer version {version}', 'roll-back': 'Roll back to version {version}', try: 'Try version {version}: {where}, {percent} % of the customers', 'end-trial': 'End the trial of version {version}', withdraw: 'Withdraw version {version}', remove: 'Offer the service no longer (now version {version})' },
    by: 'Proposed by {name} at {time}. ', byAlone: 'Done by {name} alone at {time}. ', because: 'Why: {reason}', own: 'You proposed it; a colleague who may confirms it.', ownAlone: 'You did it alone; a colleague who may confirms it afterwards.',
    act: { confirm: 'Confirm and do it', refuse: 'Refuse', takeBack: 'Take back', confirmAlone: 'Confirm afterwards', object: 'Object', propose: 'Propose', now: 'Do it now' },
    ask: { confirm: 'Confirm: {what}', refuse: 'Refuse: {what}', takeBack: 'Take back: {what}', confirmAlone: 'Confirm afterwards: {what}', object: 'Object: {what}' },
    askText: { confirm: 'It takes effect at once.', refuse: 'Whoever proposed it reads why. The version is kept and may be proposed again.', takeBack: 'It may be proposed again.', confirmAlone: 'It has been done; your confirmation is kept on record.', object: 'The objection is kept on record; the version stays as it is now. To change it, propose what should be.' },
    state: { proposed: 'To be confirmed', confirmed: 'Confirmed', refused: 'Refused or taken back', overtaken: 'Overtaken' }, overtakenText: 'The version or trial that customers get changed after it was proposed.', column: { what: 'What', became: 'What became of it', proposed: 'Proposed', decided: 'Decided, and why' },
    cannotWait: 'Urgent: it cannot wait for a second person', cannotWaitText: 'It is done at once and marked as done alone; a colleague confirms it afterwards. Until then nobody does so again for this service.', proposeText: 'A colleague who may confirms it; nothing changes before.',
  },
  simulation: {
    title: 'Try a table', text: 'See what a changed decision table would have said in real cases. Nothing is changed and nothing is kept.', tables: 'Tables of this service: {list}', none: 'This service has no table of its own; it uses those of the whole bank.', file: 'Changed table (.dmn file)', choose: 'Choose a file', tooLarge: 'The file is larger than 1 MB; is it the right one?', noTable: 'Choose a file whose name ends in .dmn.',
    days: 'Cases of how long', span: { 1: 'last day', 7: 'last 7 days', 30: 'last 30 days' }, go: 'Try it', nothing: 'No case came to these decisions in that time; choose a longer one.', same: 'All {count} decisions stay the same.', different: '{different} of {count} decisions would be others.', unanswered: 'For {count} of them no rule fits.', unreadable: 'The data of {count} cases is deleted; they do not count.',
    turns: 'How results change', noAnswer: 'no rule fits', cases: 'Cases that would differ', case: 'Case', before: 'Decided then', after: 'By the new table',
  },
};
