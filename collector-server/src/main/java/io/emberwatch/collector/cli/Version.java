package io.emberwatch.collector.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from its jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"emberwatch-collector " + (version == null ? "(not packaged)" : version)};
    }
}
