-- A table with the columns of ClickBench's "hits". The rows are our own: skewed, with empty
-- strings, in the order of time, and such that every one of the 43 queries finds some.
CREATE TABLE hits (
  WatchID BIGINT NOT NULL DEFAULT 0, JavaEnable SMALLINT NOT NULL DEFAULT 0,
  Title VARCHAR NOT NULL DEFAULT '', GoodEvent SMALLINT NOT NULL DEFAULT 0,
  EventTime TIMESTAMP NOT NULL, EventDate DATE NOT NULL, CounterID INTEGER NOT NULL DEFAULT 0,
  ClientIP INTEGER NOT NULL DEFAULT 0, RegionID INTEGER NOT NULL DEFAULT 0,
  UserID BIGINT NOT NULL DEFAULT 0, CounterClass SMALLINT NOT NULL DEFAULT 0,
  OS SMALLINT NOT NULL DEFAULT 0, UserAgent SMALLINT NOT NULL DEFAULT 0,
  URL VARCHAR NOT NULL DEFAULT '', Referer VARCHAR NOT NULL DEFAULT '',
  IsRefresh SMALLINT NOT NULL DEFAULT 0, RefererCategoryID SMALLINT NOT NULL DEFAULT 0,
  RefererRegionID INTEGER NOT NULL DEFAULT 0, URLCategoryID SMALLINT NOT NULL DEFAULT 0,
  URLRegionID INTEGER NOT NULL DEFAULT 0, ResolutionWidth SMALLINT NOT NULL DEFAULT 0,
  ResolutionHeight SMALLINT NOT NULL DEFAULT 0, ResolutionDepth SMALLINT NOT NULL DEFAULT 0,
  FlashMajor SMALLINT NOT NULL DEFAULT 0, FlashMinor SMALLINT NOT NULL DEFAULT 0,
  FlashMinor2 VARCHAR NOT NULL DEFAULT '', NetMajor SMALLINT NOT NULL DEFAULT 0,
  NetMinor SMALLINT NOT NULL DEFAULT 0, UserAgentMajor SMALLINT NOT NULL DEFAULT 0,
  UserAgentMinor VARCHAR NOT NULL DEFAULT '', CookieEnable SMALLINT NOT NULL DEFAULT 0,
  JavascriptEnable SMALLINT NOT NULL DEFAULT 0, IsMobile SMALLINT NOT NULL DEFAULT 0,
  MobilePhone SMALLINT NOT NULL DEFAULT 0, MobilePhoneModel VARCHAR NOT NULL DEFAULT '',
  Params VARCHAR NOT NULL DEFAULT '', IPNetworkID INTEGER NOT NULL DEFAULT 0,
  TraficSourceID SMALLINT NOT NULL DEFAULT 0, SearchEngineID SMALLINT NOT NULL DEFAULT 0,
  SearchPhrase VARCHAR NOT NULL DEFAULT '', AdvEngineID SMALLINT NOT NULL DEFAULT 0,
  IsArtifical SMALLINT NOT NULL DEFAULT 0, WindowClientWidth SMALLINT NOT NULL DEFAULT 0,
  WindowClientHeight SMALLINT NOT NULL DEFAULT 0, ClientTimeZone SMALLINT NOT NULL DEFAULT 0,
  ClientEventTime TIMESTAMP NOT NULL, SilverlightVersion1 SMALLINT NOT NULL DEFAULT 0,
  SilverlightVersion2 SMALLINT NOT NULL DEFAULT 0, SilverlightVersion3 INTEGER NOT NULL DEFAULT 0,
  SilverlightVersion4 SMALLINT NOT NULL DEFAULT 0, PageCharset VARCHAR NOT NULL DEFAULT '',
  CodeVersion INTEGER NOT NULL DEFAULT 0, IsLink SMALLINT NOT NULL DEFAULT 0,
  IsDownload SMALLINT NOT NULL DEFAULT 0, IsNotBounce SMALLINT NOT NULL DEFAULT 0,
  FUniqID BIGINT NOT NULL DEFAULT 0, OriginalURL VARCHAR NOT NULL DEFAULT '',
  HID INTEGER NOT NULL DEFAULT 0, IsOldCounter SMALLINT NOT NULL DEFAULT 0,
  IsEvent SMALLINT NOT NULL DEFAULT 0, IsParameter SMALLINT NOT NULL DEFAULT 0,
  DontCountHits SMALLINT NOT NULL DEFAULT 0, WithHash SMALLINT NOT NULL DEFAULT 0,
  HitColor VARCHAR NOT NULL DEFAULT '', LocalEventTime TIMESTAMP NOT NULL,
  Age SMALLINT NOT NULL DEFAULT 0, Sex SMALLINT NOT NULL DEFAULT 0,
  Income SMALLINT NOT NULL DEFAULT 0, Interests SMALLINT NOT NULL DEFAULT 0,
  Robotness SMALLINT NOT NULL DEFAULT 0, RemoteIP INTEGER NOT NULL DEFAULT 0,
  WindowName INTEGER NOT NULL DEFAULT 0, OpenerName INTEGER NOT NULL DEFAULT 0,
  HistoryLength SMALLINT NOT NULL DEFAULT 0, BrowserLanguage VARCHAR NOT NULL DEFAULT '',
  BrowserCountry VARCHAR NOT NULL DEFAULT '', SocialNetwork VARCHAR NOT NULL DEFAULT '',
  SocialAction VARCHAR NOT NULL DEFAULT '', HTTPError SMALLINT NOT NULL DEFAULT 0,
  SendTiming INTEGER NOT NULL DEFAULT 0, DNSTiming INTEGER NOT NULL DEFAULT 0,
  ConnectTiming INTEGER NOT NULL DEFAULT 0, ResponseStartTiming INTEGER NOT NULL DEFAULT 0,
  ResponseEndTiming INTEGER NOT NULL DEFAULT 0, FetchTiming INTEGER NOT NULL DEFAULT 0,
  SocialSourceNetworkID SMALLINT NOT NULL DEFAULT 0, SocialSourcePage VARCHAR NOT NULL DEFAULT '',
  ParamPrice BIGINT NOT NULL DEFAULT 0, ParamOrderID VARCHAR NOT NULL DEFAULT '',
  ParamCurrency VARCHAR NOT NULL DEFAULT '', ParamCurrencyID SMALLINT NOT NULL DEFAULT 0,
  OpenstatServiceName VARCHAR NOT NULL DEFAULT '', OpenstatCampaignID VARCHAR NOT NULL DEFAULT '',
  OpenstatAdID VARCHAR NOT NULL DEFAULT '', OpenstatSourceID VARCHAR NOT NULL DEFAULT '',
  UTMSource VARCHAR NOT NULL DEFAULT '', UTMMedium VARCHAR NOT NULL DEFAULT '',
  UTMCampaign VARCHAR NOT NULL DEFAULT '', UTMContent VARCHAR NOT NULL DEFAULT '',
  UTMTerm VARCHAR NOT NULL DEFAULT '', FromTag VARCHAR NOT NULL DEFAULT '',
  HasGCLID SMALLINT NOT NULL DEFAULT 0, RefererHash BIGINT NOT NULL DEFAULT 0,
  URLHash BIGINT NOT NULL DEFAULT 0, CLID INTEGER NOT NULL DEFAULT 0
);

-- A number from 0 to below n, the same for a row and a salt in every run.
CREATE TEMP MACRO pick(row, salt, n) AS (hash(row * 1000 + salt) % n)::INTEGER;

-- The same, most often small.
CREATE TEMP MACRO skewed(row, salt, n) AS
  floor(pow((hash(row * 1000 + salt) % 1000003) / 1000003.0, 4) * n)::INTEGER;

-- Columns that are not named here hold 0 or the empty string.
INSERT INTO hits BY NAME
WITH numbers AS (
  SELECT
    i,
    TIMESTAMP '2013-07-01' + to_seconds(i * 10 + pick(i, 1, 400)) AS t,
    CASE WHEN pick(i, 2, 100) < 45 THEN 62 ELSE 1 + skewed(i, 3, 5000) END AS counter,
    skewed(i, 4, 6000) AS page,
    pick(i, 5, 100) AS site,
    pick(i, 6, 100) AS origin,
    pick(i, 7, 100) AS searched
  FROM range(coalesce(getvariable('hits')::BIGINT, 260000)) AS r(i)
), texts AS (
  SELECT
    *,
    CASE
      WHEN site < 3 THEN ''
      WHEN site < 9 THEN 'http://www.google.com/maps/' || page
      WHEN site < 12 THEN 'https://news.example/?from=google&n=' || page
      ELSE 'http://shop' || site % 7 || '.example/item/' || page
    END AS url,
    CASE
      WHEN origin < 30 THEN ''
      WHEN origin < 75 THEN 'http://www.search.example/q/' || skewed(i, 8, 900)
      ELSE 'https://blog' || origin % 5 || '.example/post/' || page
    END AS referer,
    CASE WHEN searched < 70 THEN '' ELSE 'phrase ' || skewed(i, 9, 3000) END AS phrase
  FROM numbers
)
SELECT
  (hash(i) >> 1)::BIGINT AS WatchID,
  pick(i, 10, 2) AS JavaEnable,
  CASE
    WHEN pick(i, 11, 10) = 0 THEN ''
    WHEN pick(i, 11, 10) = 1 THEN 'Google, page ' || page % 50
    ELSE 'Page ' || page
  END AS Title,
  1 AS GoodEvent,
  t AS EventTime,
  t::DATE AS EventDate,
  counter AS CounterID,
  (hash(skewed(i, 12, 20000)) % 4000000000)::BIGINT - 2000000000 AS ClientIP,
  skewed(i, 13, 400) AS RegionID,
  CASE
    WHEN skewed(i, 14, 40000) = 7 THEN 435090932899640449
    ELSE (hash(skewed(i, 14, 40000)) >> 1)::BIGINT
  END AS UserID,
  pick(i, 15, 3) - 1 AS CounterClass,
  pick(i, 16, 60) AS OS,
  pick(i, 17, 80) AS UserAgent,
  url AS URL,
  referer AS Referer,
  (pick(i, 18, 10) = 0)::SMALLINT AS IsRefresh,
  [1024, 1280, 1366, 1600, 1920, 0][1 + pick(i, 19, 6)] AS ResolutionWidth,
  [768, 1024, 900, 1080, 0][1 + pick(i, 20, 5)] AS ResolutionHeight,
  (pick(i, 21, 8) = 0)::SMALLINT AS IsMobile,
  CASE WHEN pick(i, 21, 8) = 0 THEN 1 + pick(i, 22, 30) ELSE 0 END AS MobilePhone,
  CASE WHEN pick(i, 21, 8) = 0 THEN 'Model ' || skewed(i, 23, 90) ELSE '' END AS MobilePhoneModel,
  pick(i, 24, 12) - 1 AS TraficSourceID,
  CASE WHEN searched < 70 THEN 0 ELSE pick(i, 25, 20) END AS SearchEngineID,
  phrase AS SearchPhrase,
  CASE WHEN pick(i, 26, 100) < 4 THEN 1 + pick(i, 27, 30) ELSE 0 END AS AdvEngineID,
  pick(i, 28, 2000) AS WindowClientWidth,
  pick(i, 29, 1200) AS WindowClientHeight,
  t + INTERVAL 1 HOUR AS ClientEventTime,
  (pick(i, 30, 4) = 0)::SMALLINT AS IsLink,
  (pick(i, 31, 50) = 0)::SMALLINT AS IsDownload,
  (hash(i + 1) >> 1)::BIGINT AS FUniqID,
  pick(i, 32, 2000000000) AS HID,
  (pick(i, 33, 20) = 0)::SMALLINT AS DontCountHits,
  ['5', 'D', 'E'][1 + pick(i, 34, 3)] AS HitColor,
  t + INTERVAL 1 HOUR AS LocalEventTime,
  pick(i, 35, 60) AS Age,
  pick(i, 36, 3) AS Sex,
  CASE WHEN pick(i, 37, 5) = 0 THEN 3594120000172545465 ELSE (hash(referer) >> 1)::BIGINT END
    AS RefererHash,
  CASE WHEN pick(i, 38, 5) = 0 THEN 2868770270353813622 ELSE (hash(url) >> 1)::BIGINT END AS URLHash
FROM texts
ORDER BY i;
