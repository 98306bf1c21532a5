/** The sample's client: known to everyone, as the source listens on loopback and holds public data only. */
export const DEMO_CLIENT = { clientId: 'atlas-sample', clientSecret: 'atlas-sample-secret' } as const;
