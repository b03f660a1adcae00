export function needDebian(platform?: NodeJS.Platform): string[];
