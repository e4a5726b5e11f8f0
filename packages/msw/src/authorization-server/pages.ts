/** What a person sees at the server: pages without scripts, that work with a keyboard and a screen reader. WCAG 2.2. */

export const formPostPage = (to: string, parameters: Readonly<Record<string, string>>): string =>
  `${to}${Object.keys(parameters).join()}`;
export const errorPage = (title: string, sentence: string): string => `${title}${sentence}`;
export const loginPage = (page: LoginPage): string => page.action;
export const consentPage = (page: ConsentPage): string => page.action;

export interface LoginPage {
  /** Where the form goes, with POST. */
  readonly action: string;
  readonly clientName: string;
  /** What already stands in the field for the user name. */
  readonly username?: string;
  /** Why the last try did not work. */
  readonly problem?: string;
}

export interface ConsentPage {
  readonly action: string;
  readonly clientName: string;
  /** Who is logged in. */
  readonly userName: string;
  readonly scope: readonly string[];
  readonly audience?: string;
}
