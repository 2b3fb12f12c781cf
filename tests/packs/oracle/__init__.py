"""What lines of a game's console mean, found without its pack: the measure that packs are held against."""
