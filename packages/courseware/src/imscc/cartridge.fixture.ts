/** A Common Cartridge's manifest, made for tests. */
export const cartridge = (items: string, resources: string, version: '1.0' | '1.1' | '1.2' | '1.3' = '1.3'): string => `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscc${version === '1.0' ? '' : `v${version.replace('.', 'p')}`}/imscp_v1p1" xmlns:lomimscc="http://ltsc.ieee.org/xsd/imscc/LOM/manifest">
  <metadata><schema>IMS Common Cartridge</schema><schemaversion>${version}.0</schemaversion>
    <lomimscc:lom><lomimscc:general><lomimscc:title><lomimscc:string language="en">Rocks</lomimscc:string></lomimscc:title><lomimscc:language>en</lomimscc:language></lomimscc:general></lomimscc:lom>
  </metadata>
  <organizations>${items === '' ? '' : `<organization identifier="o" structure="rooted-hierarchy"><item identifier="root">${items}</item></organization>`}</organizations>
  <resources>${resources}</resources>
</manifest>`;

export const item = (identifier: string, reference: string, title = identifier): string => `<item identifier="${identifier}" identifierref="${reference}"><title>${title}</title></item>`;
export const web = (identifier: string, href: string): string => `<resource identifier="${identifier}" type="webcontent" href="${href}"><file href="${href}"/></resource>`;
export const filed = (identifier: string, type: string, href: string): string => `<resource identifier="${identifier}" type="${type}"><file href="${href}"/></resource>`;
export const webLink = (href: string, version = '1p3'): string =>
  `<?xml version="1.0"?><webLink xmlns="http://www.imsglobal.org/xsd/imsccv${version}/imswl_v${version}"><title>A place</title><url href="${href}" target="_blank"/></webLink>`;
export const ltiLink = (url: string, more = ''): string =>
  `<?xml version="1.0"?><cartridge_basiclti_link xmlns="http://www.imsglobal.org/xsd/imslticc_v1p3" xmlns:blti="http://www.imsglobal.org/xsd/imsbasiclti_v1p0" xmlns:lticm="http://www.imsglobal.org/xsd/imslticm_v1p0"><blti:title>A tool</blti:title>${more}<blti:launch_url>${url}</blti:launch_url></cartridge_basiclti_link>`;
