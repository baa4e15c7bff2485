const words = (text: string): readonly string[] => text.trim().split(/\s+/);

// Business English as the test asks it, the common words first: `favour` picks those more often.
export const nouns = words(`
  report meeting manager office company customer order schedule department contract employee project product service
  client budget invoice shipment delivery training conference flight hotel application interview position salary
  warehouse account payment discount deadline agreement supplier equipment branch factory proposal presentation
  marketing survey seminar workshop brochure catalogue receipt refund warranty repair maintenance inspection
  renovation construction building parking entrance elevator lobby cafeteria kitchen restaurant reservation menu
  appointment clinic pharmacy prescription insurance policy claim mortgage loan interest investment shareholder
  profit revenue quarter forecast audit tax accountant lawyer architect engineer technician receptionist assistant
  supervisor director president board committee candidate applicant resume reference qualification certificate
  degree course lecture library museum exhibition gallery theatre concert ticket performance audience review article
  newspaper magazine editor publisher author novel chapter manuscript printer photocopier projector laptop keyboard
  software database network password website newsletter subscription membership gym pool garden bridge highway
  traffic detour airport terminal gate luggage passport visa itinerary excursion guide tourist souvenir harbour
  ferry cargo container freight customs tariff export import inventory stock shelf label package parcel courier
  neighbourhood apartment landlord tenant lease deposit utility electricity plumbing carpet furniture curtain lamp
  ceiling window balcony fountain orchard harvest vineyard bakery grocery ingredient recipe beverage bottle sample
  laboratory experiment formula patent prototype assembly machinery valve turbine generator panel battery sensor
  agenda minutes memo announcement feedback complaint apology compliment suggestion questionnaire incentive bonus
  promotion retirement pension vacancy recruitment orientation internship mentor colleague headquarters subsidiary
  merger acquisition negotiation arbitration compliance regulation permit licence fine penalty copyright trademark
`);
export const verbs = words(`
  approved reviewed cancelled postponed confirmed delivered submitted updated replaced signed ordered received
  prepared announced discussed completed finished purchased returned repaired installed inspected renovated
  rescheduled recommended requested declined accepted offered hired promoted transferred interviewed appointed
  assigned organised attended hosted sponsored launched advertised demonstrated presented translated printed copied
  shipped packed loaded stored counted sorted labelled measured tested evaluated analysed estimated calculated
  negotiated renewed extended terminated revised drafted circulated published archived misplaced located forwarded
  acknowledged appreciated questioned verified authorised reimbursed refunded charged billed deposited withdrew
  borrowed invested donated allocated reduced increased doubled expanded relocated merged acquired opened closed
  cleaned painted decorated furnished restored demolished designed built assembled upgraded maintained monitored
`);
export const adjectives = words(`
  new annual final additional local recent large available important detailed monthly preliminary updated complete
  financial international regional temporary permanent qualified experienced reliable efficient affordable
  competitive comprehensive confidential convenient damaged defective delayed duplicate durable eligible enclosed
  entire essential exclusive expired flexible former frequent generous handmade historic immediate incorrect
  independent informal initial innovative introductory joint knowledgeable lengthy limited loyal mandatory
  narrow numerous obsolete optional original outstanding overdue pending popular potential practical prestigious
  previous primary profitable prominent prompt proposed recyclable redundant refundable remarkable renewable
  respective revised rural seasonal secure senior significant skilled spacious stable steady strategic subsequent
  substantial sufficient suitable surplus sustainable technical thorough tentative unanimous unexpected vacant
  valid valuable versatile voluntary weekly worthwhile
`);
export const adverbs = words(`
  immediately carefully recently finally promptly already quickly formally temporarily completely approximately
  accidentally accordingly adequately briefly cautiously closely collectively conveniently deliberately directly
  efficiently eventually exclusively extensively favourably frequently fully generously gradually highly hurriedly
  independently initially jointly largely locally mainly mutually narrowly nearly occasionally officially partially
  permanently personally politely precisely previously primarily privately properly rapidly rarely reasonably
  regularly reluctantly repeatedly separately sharply shortly simultaneously slightly smoothly steadily strictly
  subsequently substantially successfully thoroughly unanimously unexpectedly voluntarily widely
`);
/** How a sentence ends; kinds of words in curly brackets, as in the patterns of `sentence.ts`. */
export const tails: readonly string[] = [
  'before the {noun}',
  'because of the {adjective} {noun}',
  'at the {noun} office',
  'by {count} on {day}',
  'after the {noun} {noun}',
  'for {name}',
  'without any {noun}',
  'in spite of {adjective} {noun}s',
  'according to {noun} {code}',
  'unless {name} objects',
  'on behalf of the {noun}',
  'with {count} {noun}s',
  'under the {adjective} agreement',
  'while the {noun} was {adverb} {verb}',
  'due to a {adjective} {noun}',
  'within {count} days',
  'once the {noun} is {verb}',
  'along with {noun} {code}',
  'instead of the {noun}',
  'at {count} dollars each',
  'no later than {day}',
  'in time for the {adjective} {noun}',
];
export const days = words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday');
export const interests = words(`
  grammar listening vocabulary part-1 part-2 part-3 part-4 part-5 part-6 part-7 business travel interviews
  pronunciation speed-reading mock-tests idioms e-mail
`);
export const names: readonly string[] = [
  'Ms. Tanaka',
  'Mr. Nguyen',
  'Dr. Alvarez',
  'Ms. Fischer',
  "Mr. O'Brien",
  'Ms. Kim',
  'Mr. Patel',
  'Ms. Moreau',
  'Mr. Lindqvist',
  'Ms. Okafor',
  'Mr. Rossi',
  'Dr. Novak',
  'Ms. Haddad',
  'Mr. Silva',
  'Ms. Brandt',
  'Mr. Mbeki',
];
export const openings: readonly string[] = [
  'Last week',
  'In addition,',
  'However,',
  'As a result,',
  'According to the memo,',
  'On Monday',
  'During the audit',
  'To our surprise,',
  'Effective immediately,',
];
