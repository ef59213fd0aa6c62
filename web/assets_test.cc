#include "web/assets.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace p3a {
namespace {

TEST(WebAssets, ThePageItselfIsHtml) {
  ASSERT_FALSE(web_assets().empty());
  std::size_t pages = 0;
  for (const WebAsset& asset : web_assets()) {
    if (asset.path != "/") continue;
    ++pages;
    EXPECT_EQ(asset.content_type, "text/html; charset=utf-8");
  }
  EXPECT_EQ(pages, 1u);
}

TEST(WebAssets, EveryFileIsOneWholeGzipMember) {
  for (const WebAsset& asset : web_assets()) {
    ASSERT_GT(asset.gzip.size(), 18u) << asset.path;
    EXPECT_EQ(asset.gzip[0], 0x1f) << asset.path;
    EXPECT_EQ(asset.gzip[1], 0x8b) << asset.path;
    EXPECT_EQ(load_le32(asset.gzip.data() + 4), 0u) << "a time stamp in " << asset.path;
    EXPECT_GT(load_le32(asset.gzip.data() + asset.gzip.size() - 4), 0u)
        << asset.path << " is empty";
  }
}

TEST(WebAssets, PathsAndTagsAreUnique) {
  std::set<std::string> paths;
  std::set<std::string> tags;
  for (const WebAsset& asset : web_assets()) {
    EXPECT_EQ(asset.path.front(), '/');
    EXPECT_TRUE(paths.emplace(asset.path).second) << asset.path;
    EXPECT_TRUE(tags.emplace(asset.etag).second) << asset.path;
    EXPECT_EQ(asset.etag.front(), '"') << asset.path;
    EXPECT_EQ(asset.etag.back(), '"') << asset.path;
  }
}

}  // namespace
}  // namespace p3a
