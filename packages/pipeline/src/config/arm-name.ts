/** What an arm is called in results and files: `T&G on DF-GT`. */
export const armName = ({ network, label }: { network: string; label: string }) => `${network} on ${label}`;
