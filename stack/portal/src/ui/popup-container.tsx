import { createContext, useContext } from 'react';

/** Where tooltips and menus are rendered: inside a modal dialog they must be in it, else they are below and inert. */
const PopupContainer = createContext<HTMLElement | null>(null);

export const PopupContainerProvider = PopupContainer.Provider;

export function usePopupContainer(): HTMLElement | null {
  return useContext(PopupContainer);
}
