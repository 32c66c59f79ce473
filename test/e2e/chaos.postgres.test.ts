import { expectClean } from '../chaos/expect-clean.ts';

expectClean('workers-killed@postgres', 'read-only-standby@postgres', 'backends-terminated@postgres');
