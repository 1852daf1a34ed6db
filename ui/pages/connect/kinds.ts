/** What somebody should know of a kind before connecting it: what it is for, and where its credentials are. */

interface Kind {
  readonly about: string;
  /** Where to find what the form asks for, step by step. */
  readonly steps: readonly string[];
}

const kinds: Readonly<Record<string, Kind>> = {
  moodle: {
    about: 'Enrols buyers and employees in courses of your Moodle site.',
    steps: [
      'In Moodle, switch on web services and the REST protocol (Site administration → Server → Web services).',
      'Make a user for Rollcall alone, with a role that may look up users, create them and enrol them manually.',
      'Add a service with the functions Rollcall needs, and make a token for that user.',
      'Make sure that your courses have the enrolment method “Manual enrolments”.',
    ],
  },
  canvas: {
    about: 'Enrols buyers and employees in courses of your Canvas account.',
    steps: [
      'Make a user for Rollcall alone, with an admin role that may manage users and enrolments.',
      'Sign in as that user and open Account → Settings → New access token.',
    ],
  },
  thinkific: {
    about: 'Enrols buyers and employees in courses of your Thinkific school.',
    steps: ['In Thinkific, open Settings → Code & analytics → API and copy the API key.'],
  },
  scim: {
    about: 'Brings people and groups to any application that takes SCIM 2.0.',
    steps: [
      'In the application, switch on SCIM provisioning.',
      'Copy its SCIM base URL, and a bearer token or an OAuth client.',
    ],
  },
};

/** What is known of a kind. */
export function kindOf(name: string): Kind {
  return kinds[name] ?? { about: '', steps: [] };
}
