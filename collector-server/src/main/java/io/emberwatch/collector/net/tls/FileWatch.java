package io.emberwatch.collector.net.tls;

/**
 * Decides what to do about files that somebody else writes: they are judged once they have stayed the same for two
 * looks, so that nothing half-written is, and each state is judged once. Not thread-safe.
 */
final class FileWatch {
    private String lastSeen;
    private String judged;

    /** @param inUse state that was taken up at the start */
    FileWatch(String inUse) {
        lastSeen = inUse;
        judged = inUse;
    }

    /**
     * Takes note of a look.
     *
     * @param state of the files: equal for equal content, or what prevented reading them
     * @return whether this state is to be judged now
     */
    boolean isNews(String state) {
        boolean settled = state.equals(lastSeen);
        lastSeen = state;
        if (!settled || state.equals(judged)) {
            return false;
        }
        judged = state;
        return true;
    }
}
