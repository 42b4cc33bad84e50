/** Packages that are installed in folders of their own. */
import {createRequire} from 'node:module';

/** @param folder Beside this one, with a package.json that has the package. */
export const requireFrom = (folder: string, name: string): unknown =>
  createRequire(new URL(`../${folder}/package.json`, import.meta.url))(name);
