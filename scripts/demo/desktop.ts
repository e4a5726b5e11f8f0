/** The environment of a person -> the same without a desktop, which may know a browser that it prefers to `BROWSER`. */

/** What `xdg-open` finds a desktop by, and what that desktop keeps its choices in. */
const DESKTOP = /^(DISPLAY|WAYLAND_DISPLAY|DESKTOP_SESSION|(XDG|DBUS|GNOME|KDE|MATE|LXQT)_.*)$/;

export const isOfDesktop = (name: string): boolean => DESKTOP.test(name);

export const withoutDesktop = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isOfDesktop(name)));
