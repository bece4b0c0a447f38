import { createContext } from "react";

/** To be called by whoever is told that nobody is signed in any more. */
export const SignedOutContext = createContext<() => void>(() => {});
