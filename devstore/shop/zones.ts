/**
 * Countries and their zones (states, provinces), as far as Shopify asks for them: an unknown
 * country or zone is refused, the zone of a country without zones is dropped.
 */

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** ZZ is "Unknown Region" both to the CLDR and to Shopify's enum; it is no country. */
const unknownRegion = 'ZZ';

/** Names asked for before: looking one up takes longer than writing an address down. */
const known = new Map<string, string | undefined>();

/** The English name of a country, or undefined when the code names none. */
export function countryName(code: string): string | undefined {
  if (known.has(code)) return known.get(code);
  const name = code === unknownRegion ? undefined : names.of(code);
  known.set(code, name);
  return name;
}

let codesByName: ReadonlyMap<string, string> | undefined;

/** The code of a country from its English name or its code, in any case. */
export function countryCode(country: string): string | undefined {
  codesByName ??= new Map(
    allCodes().map((code) => [String(countryName(code)).toLowerCase(), code]),
  );
  const upper = country.trim().toUpperCase();
  if (/^[A-Z]{2}$/.test(upper) && countryName(upper) !== undefined) return upper;
  return codesByName.get(country.trim().toLowerCase());
}

function allCodes(): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return codes.filter((code) => countryName(code) !== undefined);
}

/** A zone's code and name; the name is null where this file does not list the country's zones. */
export interface Zone {
  readonly code: string;
  readonly name: string | null;
}

/** The zone meant by a code or a name, `null` where the country has none, else `'invalid'`. */
export function findZone(country: string, zone: string): Zone | null | 'invalid' {
  const listed = zones[country];
  if (listed) return findListed(listed, zone) ?? 'invalid';
  return unlistedZones.has(country) ? { code: zone, name: null } : null;
}

function findListed(listed: Readonly<Record<string, string>>, zone: string): Zone | undefined {
  const wanted = zone.trim().toLowerCase();
  for (const [code, name] of Object.entries(listed))
    if (code.toLowerCase() === wanted || name.toLowerCase() === wanted) return { code, name };
  return undefined;
}

/** Countries with zones at Shopify that this file does not list: theirs are kept as they come. */
const unlistedZones = new Set(
  'AE AR BR CL CN CO CR EG ES GT HK ID IE IN IT JP KR KW MX MY NG PA PE PH PT RO RU SV TH UY VE ZA'.split(
    ' ',
  ),
);

const zones: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AU: {
    ACT: 'Australian Capital Territory',
    NSW: 'New South Wales',
    NT: 'Northern Territory',
    QLD: 'Queensland',
    SA: 'South Australia',
    TAS: 'Tasmania',
    VIC: 'Victoria',
    WA: 'Western Australia',
  },
  CA: {
    AB: 'Alberta',
    BC: 'British Columbia',
    MB: 'Manitoba',
    NB: 'New Brunswick',
    NL: 'Newfoundland and Labrador',
    NS: 'Nova Scotia',
    NT: 'Northwest Territories',
    NU: 'Nunavut',
    ON: 'Ontario',
    PE: 'Prince Edward Island',
    QC: 'Quebec',
    SK: 'Saskatchewan',
    YT: 'Yukon',
  },
  GB: { ENG: 'England', NIR: 'Northern Ireland', SCT: 'Scotland', WLS: 'Wales' },
  NZ: {
    AUK: 'Auckland',
    BOP: 'Bay of Plenty',
    CAN: 'Canterbury',
    GIS: 'Gisborne',
    HKB: 'Hawke’s Bay',
    MBH: 'Marlborough',
    MWT: 'Manawatu-Wanganui',
    NSN: 'Nelson',
    NTL: 'Northland',
    OTA: 'Otago',
    STL: 'Southland',
    TAS: 'Tasman',
    TKI: 'Taranaki',
    WGN: 'Wellington',
    WKO: 'Waikato',
    WTC: 'West Coast',
  },
  US: {
    AL: 'Alabama',
    AK: 'Alaska',
    AS: 'American Samoa',
    AZ: 'Arizona',
    AR: 'Arkansas',
    CA: 'California',
    CO: 'Colorado',
    CT: 'Connecticut',
    DE: 'Delaware',
    DC: 'Washington DC',
    FM: 'Micronesia',
    FL: 'Florida',
    GA: 'Georgia',
    GU: 'Guam',
    HI: 'Hawaii',
    ID: 'Idaho',
    IL: 'Illinois',
    IN: 'Indiana',
    IA: 'Iowa',
    KS: 'Kansas',
    KY: 'Kentucky',
    LA: 'Louisiana',
    ME: 'Maine',
    MH: 'Marshall Islands',
    MD: 'Maryland',
    MA: 'Massachusetts',
    MI: 'Michigan',
    MN: 'Minnesota',
    MS: 'Mississippi',
    MO: 'Missouri',
    MT: 'Montana',
    NE: 'Nebraska',
    NV: 'Nevada',
    NH: 'New Hampshire',
    NJ: 'New Jersey',
    NM: 'New Mexico',
    NY: 'New York',
    NC: 'North Carolina',
    ND: 'North Dakota',
    MP: 'Northern Mariana Islands',
    OH: 'Ohio',
    OK: 'Oklahoma',
    OR: 'Oregon',
    PW: 'Palau',
    PA: 'Pennsylvania',
    PR: 'Puerto Rico',
    RI: 'Rhode Island',
    SC: 'South Carolina',
    SD: 'South Dakota',
    TN: 'Tennessee',
    TX: 'Texas',
    UT: 'Utah',
    VT: 'Vermont',
    VI: 'U.S. Virgin Islands',
    VA: 'Virginia',
    WA: 'Washington',
    WV: 'West Virginia',
    WI: 'Wisconsin',
    WY: 'Wyoming',
    AA: 'Armed Forces Americas',
    AE: 'Armed Forces Europe',
    AP: 'Armed Forces Pacific',
  },
};
