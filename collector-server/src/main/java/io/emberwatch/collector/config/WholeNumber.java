package io.emberwatch.collector.config;

/** A whole number in a range. */
abstract class WholeNumber extends Checked<Integer> {
    private final int least;
    private final int most;

    WholeNumber(int least, int most) {
        this.least = least;
        this.most = most;
    }

    @Override
    String allowed() {
        return "a whole number from " + least + " to " + most;
    }

    @Override
    Integer read(String text) {
        return Integer.valueOf(text);
    }

    @Override
    boolean accepts(Integer value) {
        return value >= least && value <= most;
    }
}
