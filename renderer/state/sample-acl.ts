/**
 * The access list that documents about such updates show, in words of our own: it looks complete
 * and lets hardly any flow through.
 */
export const sampleAcl = `# Two accounts, as many first drafts have them.

# The server that offers updates and follows them.
user backend_user
topic write vehicle/updates/+/issue_details
topic read vehicle/updates/+/progress
topic read vehicle/updates/+/status

# The control unit in the car.
user dcu_user
topic read vehicle/updates/+/issue_details
topic write vehicle/updates/{VIN}/progress
topic write vehicle/updates/{VIN}/status
`;
