/** What `BROWSER` names in a test: a person who opens the address, and uses what the pages hold. */
import { actAsPerson } from '../../../scripts/demo/person.ts';

const [, , url = '', login, password] = process.argv;
const { status } = await actAsPerson(url, { ...(login && { login }), ...(password && { password }) });
if (status !== 200) process.exitCode = 1;
