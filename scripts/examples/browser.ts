/** URL -> a person who logs in there, as the `BROWSER` of a program: the page already holds name and password. */
import { actAsPerson } from '../demo/person.ts';

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('A browser is given the URL to open.');
const { status, text } = await actAsPerson(url, {});
if (status !== 200) throw new Error(`The person ended on a page with status ${status}: ${text}`);
