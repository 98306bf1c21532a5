export { RecordPage } from './record.tsx';
export { RecordsPage } from './records.tsx';
