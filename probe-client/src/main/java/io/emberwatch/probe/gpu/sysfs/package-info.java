/**
 * GPUs whose drivers show their values as files, as those of AMD and Intel and nouveau do. A GPU is put together of
 * parts, one for each kind of value; drivers differ in which files there are, and each part takes what it finds.
 */
package io.emberwatch.probe.gpu.sysfs;
