/** `faultline run pay-1000 --workers hardened` in this folder: many payments in one trial. */
export default { scenarios: ['scenarios'] };
